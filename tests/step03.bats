#!/usr/bin/env bats
# Step 3: the kernel connects every client, and each of them waits: nobody accepts.
# PROGRAM='python3 mine.py' bats tests/step03.bats asks the same of a program of your own.
load helpers

@test "step03: the three clients connect, and wait in the accept queue; listen is new" {
    start_traced step03-listen
    start_clients
    wait_until 10 accept_queue_holds 3 || fail "Not three wait:" "$(ss -ltn)" "$(cat ./*.err)"
    for client in c python ruby; do
        still_runs $client
        prints $client ""
        says $client ""
    done
    still_runs server
    strace_shows socket bind listen pause
}
