#!/usr/bin/env bats
# Step 1: a socket exists, and nobody can reach it.
# PROGRAM='python3 mine.py' bats tests/step01.bats asks the same of a program of your own.
load helpers

@test "step01: the C, the Python and the Ruby client are refused" {
    start_server step01-socket
    start_clients
    ends_with 1 c python ruby
    for client in c python ruby; do
        prints $client ""
        [[ $(cat $client.err) == "client: localhost:8001: Connection refused"* ]] || fail "$(cat $client.err)"
    done
    still_runs server
}

@test "step01: the program holds a socket, descriptor 3, and ss finds nothing on the port" {
    reference_only
    start_server step01-socket
    says server $'Socket is open, with no address\n'
    [[ $(readlink "/proc/$server_pid/fd/3") == "socket:["* ]]
    [[ -z $(ss -Htan "sport = :8001") ]]
}

@test "step01: strace shows socket, and pause" {
    reference_only
    [[ $(calls_of step01-socket) == "socket pause" ]]
    grep -x 'socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3' "$root/step01-socket/server.strace"
    grep 'connect(.*ECONNREFUSED (Connection refused)' "$root/step01-socket/client.strace"
}
