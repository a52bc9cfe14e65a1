#!/usr/bin/env bats
# Step 5: every client is told "hello world".
# PROGRAM='python3 mine.py' bats tests/step05.bats asks the same of a program of your own.
load helpers

@test "step05: the three clients print hello world, five times; write and SIGPIPE's are new" {
    start_traced step05-write
    start_clients
    each_client 0 $'hello world\nhello world\nhello world\nhello world\nhello world\n' ""
    still_runs server
    strace_shows socket setsockopt bind listen rt_sigaction accept write close
}

@test "step05: a client that has gone before the reply does not end the server" {
    start_server step05-write
    stop_for_a_while
    start rude python3 clients/rude.py
    ends_with 0 rude
    go_on
    start c clients/client localhost 8001 1
    ends_with 0 c
    prints c $'hello world\n'
}
