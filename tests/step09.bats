#!/usr/bin/env bats
# Step 9: one thread waits for all clients at once.
# PROGRAM='python3 mine.py' bats tests/step09.bats asks the same of a program of your own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers
load beyond

@test "step09: curl prints hello world beside 100 silent clients, and all are served by one thread" {
    start_server beyond/step09-epoll
    silent_clients 100
    start curl curl -sS -m 2 http://localhost:8001/
    ends_with 0 curl
    prints curl "hello world"
    children 0
    threads 1
    silent_clients_go
    wait_until 5 descriptors 5 # the fifth is epoll's
}

@test "step09: a request may come in pieces, and another between them" {
    start_server beyond/step09-epoll
    silent_clients 1
    for piece in 'GET / HT' $'TP/1.0\r\n\r'; do
        printf %s "$piece" >&"${silent[0]}"
        [[ $(curl -sS -m 2 http://localhost:8001/) == "hello world" ]]
    done
    printf '\n' >&"${silent[0]}"
    cat <&"${silent[0]}" >reply
    assert_file reply $'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
    threads 1
}

# The same program with one second in place of ten; what is left of its twelfth second would be ours.
@test "step09: who says nothing, or not all, for as long as the limit is shown the door" {
    reference_only
    sed 's/SECONDS = 10/SECONDS = 1/' "$root/beyond/step09-epoll/server.c" >hasty.c
    grep -q 'SECONDS = 1 ' hasty.c
    cc -o hasty hasty.c
    start server "$work/hasty"
    wait_until 5 has_line server.err "Server is listening on 0.0.0.0:8001"
    silent_clients 2
    printf 'GET / HTTP' >&"${silent[1]}"
    since=${EPOCHREALTIME/./}
    cat <&"${silent[0]}" >reply
    cat <&"${silent[1]}" >>reply
    ((${EPOCHREALTIME/./} - since > 900000))
    assert_file reply ""
    says server $'Server is listening on 0.0.0.0:8001\n'
}

@test "step09: strace shows epoll_wait and accept4, and no thread" {
    reference_only
    [[ $(calls_added beyond/step09-epoll) == "epoll_create1 epoll_ctl epoll_wait accept4" ]]
    [[ $(calls_gone beyond/step09-epoll) == "accept clone3 exit" ]]
    local trace=$root/beyond/step09-epoll/server.strace
    grep -x 'epoll_wait(4, \[{events=EPOLLIN, data={u32=3, u64=3}}\], 1, 1000) = 1' "$trace"
    grep -x 'accept4(3, NULL, NULL, SOCK_NONBLOCK) *= 5' "$trace"
}
