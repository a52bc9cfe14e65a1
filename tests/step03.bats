#!/usr/bin/env bats
# Step 3: the kernel connects every client, and each of them waits: nobody accepts.
# PROGRAM='python3 mine.py' bats tests/step03.bats asks the same of a program of your own.
load helpers

@test "step03: the C, the Python and the Ruby client connect, and wait" {
    start_server step03-listen
    start_clients
    wait_until 10 accept_queue_holds 3 || fail "Not three wait:" "$(ss -ltn)" "$(cat ./*.err)"
    for client in c python ruby; do
        still_runs $client
        prints $client ""
        says $client ""
    done
    still_runs server
}

@test "step03: the accept queue holds the one connection that nobody has accepted" {
    start_server step03-listen
    [[ $(ss -Hltn "sport = :8001") == "LISTEN 0 "*"0.0.0.0:8001"* || -n ${PROGRAM:-} ]]
    start c clients/client localhost 8001 1
    wait_until 10 accept_queue_holds 1
    [[ $(ss -Htn "dport = :8001" | wc -l) -eq 1 ]] || fail "$(ss -tan)"
}

@test "step03: strace shows one call more: listen" {
    start_traced step03-listen
    strace_shows socket bind listen pause
}
