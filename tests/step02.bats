#!/usr/bin/env bats
# Step 2: the socket has the address 0.0.0.0, port 8001, and clients are refused as before.
# PROGRAM='python3 mine.py' bats tests/step02.bats asks the same of a program of your own.
load helpers

@test "step02: the three clients are refused, a second server finds the port taken; bind is new" {
    start_traced step02-bind
    start_clients
    each_client 1 "" $'client: localhost:8001: Connection refused\n'
    start second build/step02-bind
    ends_with 1 second
    says second $'bind: Address already in use\n'
    still_runs server
    strace_shows socket bind pause
    grep 'bind(.*htons(8001), .*"\(0.0.0.0\|::\)"' trace
}
