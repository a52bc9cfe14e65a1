#!/usr/bin/env bats
# Step 7: every client has a process of its own.
# PROGRAM='python3 mine.py' bats tests/step07.bats asks the same of a program of your own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers
load beyond

@test "step07: curl prints hello world beside 100 silent clients; each costs a process, which ends with it: no zombie" {
    start_server beyond/step07-fork
    silent_clients 100
    start curl curl -sS -m 2 http://localhost:8001/
    ends_with 0 curl
    prints curl "hello world"
    wait_until 5 children 100
    silent_clients_go
    curl -sS -m 5 'http://localhost:8001/[1-100]' >replies
    wait_until 5 children 0
    descriptors 4
}

@test "step07: the server has ended, a silent client is still served, and the port is free again" {
    reference_only # what ends is one process of theirs, here the first
    start_server beyond/step07-fork
    silent_clients 1
    wait_until 5 children 1
    kill "$server_pid"
    wait_until 5 ended "$server_pid"
    start second build/step07-fork
    wait_until 5 has_line second.err "Server is listening on 0.0.0.0:8001"
    printf 'GET / HTTP/1.0\r\n\r\n' >&"${silent[0]}"
    cat <&"${silent[0]}" >reply
    assert_file reply $'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
}

@test "step07: strace shows a call more, clone, and the end of each child" {
    reference_only
    [[ $(calls_added beyond/step07-fork) == "clone exit_group" && -z $(calls_gone beyond/step07-fork) ]]
    grep '^clone(.*SIGCHLD.* = 4243' "$root/beyond/step07-fork/server.strace"
    grep '^\[pid 4243\] write(4, "HTTP/1.0 200 OK.* = 50' "$root/beyond/step07-fork/server.strace"
}
