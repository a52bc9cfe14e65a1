#!/usr/bin/env bats
# The servers in beyond/ against silent, hostile and very many clients, and under sanitizers.
# REQUESTS=20000 has the test that counts what is left over ask so often.
# shellcheck disable=SC2030,SC2031,SC2154  # variables come from the promise and from helpers; tests are subshells
load ../../tests/helpers
load ../../tests/beyond
load served

parallel="step07-fork step08-thread step09-epoll"

# hold N: has N clients connect and say nothing, until the test ends.
hold() {
    start holder "$build/hostile" hold "$1"
    wait_until 30 has_line holder.out holding || fail "$(<holder.err)"
}

# answered SECONDS: does who asks get a reply within that?
answered() {
    local fd reply=''
    exec {fd}<>/dev/tcp/127.0.0.1/8001
    printf 'GET / HTTP/1.0\r\n\r\n' >&"$fd"
    IFS= read -r -d '' -t "$1" -u "$fd" reply || true # there is no NUL to be found
    exec {fd}>&-
    [[ $reply == *$'\r\n\r\nhello world' ]] || fail "$step: no reply within $1 s." "$reply" "$(<server.err)"
}

# compiled STEP FLAG...: builds that step's server, or server.c where there is one, and starts it.
compiled() {
    step=$1
    [[ -e server.c ]] || cp "$root/beyond/$step/server.c" .
    cc -g -pthread "${@:2}" -o "compiled-$step" server.c || skip "cc cannot build with ${*:2}"
    rm server.c
    start server "$work/compiled-$step"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001" || fail "$(<server.err)"
}

@test "beyond: 1,000 silent clients keep nobody waiting at step07, step08 and step09" {
    for step in $parallel; do
        start_server "beyond/$step"
        hold 1000
        answered 10 # when all of those before it have been accepted
        answered 1
        says_nothing
        stop holder
    done
}

@test "beyond: 10,000 silent clients cost step09 less than 20 MB, and nobody the reply" {
    (($(ulimit -Hn) >= 11000)) || skip "no process here may have 11,000 descriptors"
    ulimit -Sn "$(ulimit -Hn)"
    step=step09-epoll
    start_server beyond/$step
    resident "$server_pid"
    before=$kib
    hold 10000
    answered 10
    answered 1
    resident "$server_pid"
    ((kib - before < 20000)) || fail "It took $before KiB, and now $kib."
    says_nothing
}

# With 30 descriptors for 40 silent clients, whoever has been there for two seconds makes room.
@test "beyond: where descriptors run out, step09 still answers" {
    step=step09-epoll
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'ulimit -n 30; exec "$1"' - "$build/$step"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001"
    hold 40
    answered 20
    grep -q 'accept: Too many open files' server.err
}

# Sixteen megabytes in place of the eleven bytes: a client that does not read holds its own reply up only.
@test "beyond: step09 writes a long reply in as many parts as the client takes it, and serves others meanwhile" {
    sed -e '/^\/\/ What a request is told/i static char long_reply[1 << 24];' \
        -e 's/return "HTTP.1.0 200/return request[5] == 108 ? memset(long_reply, 120, (1 << 24) - 1) : &/' \
        -e 's/: return/:/' \
        "$root/beyond/step09-epoll/server.c" >server.c
    compiled step09-epoll
    exec 4<>/dev/tcp/127.0.0.1/8001
    printf 'GET /long HTTP/1.0\r\n\r\n' >&4
    answered 2
    [[ $(tr -d -c x <&4 | wc -c) -eq $(((1 << 24) - 1)) ]]
    answered 2
}

# What each of these leaves shows in what the server has afterwards.
@test "beyond: ${REQUESTS:-100} requests, a megabyte unasked, a stop amid one, resets: all served, nothing lost" {
    local before
    head -c 1000000 /dev/zero >megabyte
    for step in step06-read $parallel; do
        start_server "beyond/$step"
        answered 2
        wait_until 5 at_rest
        resident "$server_pid"
        before=$kib
        curl -sS "http://127.0.0.1:8001/[1-${REQUESTS:-100}]" >replies
        [[ $(grep -o 'hello world' replies | wc -l) -eq ${REQUESTS:-100} ]]
        wait_until 5 at_rest
        resident "$server_pid"
        ((kib - before <= 80)) || fail "$step: resident memory before: $before KiB, and after: $kib"

        exec 4<>/dev/tcp/127.0.0.1/8001
        cat megabyte >&4
        cat <&4 >reply
        assert_file reply $'HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n'
        answered 2

        exec 4<>/dev/tcp/127.0.0.1/8001
        printf 'GET / HT' >&4
        stop_for_a_while
        printf 'TP/1.0\r\n\r\n' >&4
        go_on
        cat <&4 >reply
        assert_file reply $'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
        exec 4>&-
        says_nothing

        hostile reset 20
        hostile abandon 20
        answered 5
        still_runs server
        wait_until 5 at_rest
    done
}

# at_rest: has it no child, one thread, and no descriptor but 0, 1, 2, the listening one and epoll's?
at_rest() {
    children 0 && threads 1 && { descriptors 4 || { [[ $step == step09-epoll ]] && descriptors 5; }; }
}

# pieces_and_all: what clients may do: ask, in pieces too, say nothing, leave, send too much.
pieces_and_all() {
    local i reply=''
    hold 5
    for i in {1..20}; do answered 5 || fail "Request $i"; done
    exec 4<>/dev/tcp/127.0.0.1/8001
    printf 'GET' >&4
    answered 5
    exec 4>&-
    exec 4<>/dev/tcp/127.0.0.1/8001
    printf %9000s '' >&4
    IFS= read -r -d '' -t 5 -u 4 reply || true
    exec 4>&-
    [[ $reply == *" 431 "* ]] || fail "$step: $reply"
    answered 5
    stop holder
    answered 5
}

@test "beyond: the sanitizers find nothing, in threads neither" {
    for step in $parallel; do
        compiled "$step" -fsanitize=address,undefined -fno-sanitize-recover=all
        pieces_and_all
        says server $'Server is listening on 0.0.0.0:8001\n'
    done
    compiled step08-thread -fsanitize=thread
    pieces_and_all
    says server $'Server is listening on 0.0.0.0:8001\n'
}
