#!/usr/bin/env bats
# Step 2: the socket has the address 0.0.0.0, port 8001, and clients are refused as before.
# PROGRAM='python3 mine.py' bats tests/step02.bats asks the same of a program of your own.
load helpers

@test "step02: the C, the Python and the Ruby client are refused" {
    start_server step02-bind
    start_clients
    ends_with 1 c python ruby
    for client in c python ruby; do
        prints $client ""
        [[ $(cat $client.err) == "client: localhost:8001: Connection refused"* ]] || fail "$(cat $client.err)"
    done
    still_runs server
}

@test "step02: the port is taken: a second server cannot bind it" {
    start_server step02-bind
    start second build/step02-bind
    ends_with 1 second
    says second $'bind: Address already in use\n'
}

@test "step02: strace shows one call more: bind" {
    reference_only
    [[ $(calls_added step02-bind) == "bind" && -z $(calls_gone step02-bind) ]]
    grep 'bind(3, .*htons(8001), sin_addr=inet_addr("0.0.0.0")}, 16) = 0' "$root/step02-bind/server.strace"
    grep 'connect(.*ECONNREFUSED (Connection refused)' "$root/step02-bind/client.strace"
}
