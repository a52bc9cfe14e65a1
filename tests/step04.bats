#!/usr/bin/env bats
# Step 4: the server takes each connection from the queue, and closes it at once.
# PROGRAM='python3 mine.py' bats tests/step04.bats asks the same of a program of your own.
load helpers

@test "step04: the three clients connect, and get nothing; accept and close are new, no pause" {
    start_traced step04-accept
    start_clients
    each_client 1 "" $'client: localhost:8001: closed without sending anything\n'
    still_runs server
    strace_shows socket setsockopt bind listen accept close
}

@test "step04: started again at once after it has closed a connection, it gets the port again" {
    start_server step04-accept
    start c clients/client localhost 8001 1
    ends_with 1 c
    wait_until 5 has_time_wait || fail "$(ss -tan)"
    stop server
    start_server step04-accept at_once
}
