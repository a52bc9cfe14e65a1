#!/usr/bin/env bats
# Step 1: a socket exists, and nobody can reach it.
# PROGRAM='python3 mine.py' bats tests/step01.bats asks the same of a program of your own.
load helpers

@test "step01: the C, the Python and the Ruby client are refused" {
    start_server step01-socket
    start_clients
    each_client 1 "" $'client: localhost:8001: Connection refused\n'
    still_runs server
}

@test "step01: the program holds a socket, descriptor 3, and ss finds nothing on the port" {
    reference_only
    start_server step01-socket
    says server $'Socket is open, with no address\n'
    [[ $(readlink "/proc/$server_pid/fd/3") == "socket:["* ]]
    [[ -z $(ss -Htan "sport = :8001") ]]
}

@test "step01: strace shows socket and pause, and the client's connect, which is refused" {
    start_traced step01-socket
    start client strace -o "$work/calls" clients/client 127.0.0.1 8001 1
    ends_with 1 client
    grep 'connect(3, .*) = -1 ECONNREFUSED (Connection refused)' calls
    strace_shows socket pause
}
