#!/usr/bin/env bats
# Step 4: the server takes each connection from the queue, and closes it at once.
# PROGRAM='python3 mine.py' bats tests/step04.bats asks the same of a program of your own.
load helpers

@test "step04: the C, the Python and the Ruby client connect, and get nothing" {
    start_server step04-accept
    start_clients
    ends_with 1 c python ruby
    for client in c python ruby; do
        prints $client ""
        says $client $'client: localhost:8001: closed without sending anything\n'
    done
    still_runs server
}

@test "step04: started again at once after it has closed a connection, it gets the port again" {
    start_server step04-accept
    start c clients/client localhost 8001 1
    ends_with 1 c
    [[ $(ss -Htan state time-wait "sport = :8001" | wc -l) -ge 1 ]] || fail "$(ss -tan)"
    stop server
    start_server step04-accept
}

@test "step04: strace shows accept, close and SO_REUSEADDR, and no pause any more" {
    reference_only
    [[ $(calls_added step04-accept) == "setsockopt accept close" && $(calls_gone step04-accept) == "pause" ]]
    grep -x 'accept(3, NULL, NULL) *= 4' "$root/step04-accept/server.strace"
    grep 'read(3, "", .*) *= 0' "$root/step04-accept/client.strace"
}
