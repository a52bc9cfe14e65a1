#!/usr/bin/env bats
# Step 8: every client has a thread of its own.
# PROGRAM='python3 mine.py' bats tests/step08.bats asks the same of a program of your own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers
load beyond

# One descriptor table for all: the silent clients' sockets are in it.
@test "step08: curl prints hello world beside 100 silent clients, a thread and a descriptor each, no process" {
    start_server beyond/step08-thread
    silent_clients 100
    start curl curl -sS -m 2 http://localhost:8001/
    ends_with 0 curl
    prints curl "hello world"
    children 0
    wait_until 5 threads 101
    descriptors 104
    silent_clients_go
    wait_until 5 threads 1
    descriptors 4
}

@test "step08: strace shows clone3 in place of clone, and the end of each thread" {
    reference_only
    [[ $(calls_added beyond/step08-thread) == "clone3 exit" ]]
    [[ $(calls_gone beyond/step08-thread) == "clone exit_group" ]]
    grep '^clone3(.*CLONE_FILES.*CLONE_THREAD.* = 4243' "$root/beyond/step08-thread/server.strace"
    grep '^\[pid 4243\] write(4, "HTTP/1.0 200 OK.* = 50' "$root/beyond/step08-thread/server.strace"
}
