#!/usr/bin/env bats
# Step 2: the socket has the address 0.0.0.0, port 8001, and clients are refused as before.
# PROGRAM='python3 mine.py' bats tests/step02.bats asks the same of a program of your own.
load helpers

@test "step02: the C, the Python and the Ruby client are refused" {
    start_server step02-bind
    start_clients
    each_client 1 "" $'client: localhost:8001: Connection refused\n'
    still_runs server
}

@test "step02: the port is taken: a second server cannot bind it" {
    start_server step02-bind
    start second build/step02-bind
    ends_with 1 second
    says second $'bind: Address already in use\n'
    still_runs server
}

@test "step02: strace shows one call more, bind, to 0.0.0.0 and port 8001" {
    start_traced step02-bind
    strace_shows socket bind pause
    grep 'bind(.*htons(8001), .*"\(0.0.0.0\|::\)"' trace
}
