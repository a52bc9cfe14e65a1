#!/usr/bin/env bats
# Clients that are hostile, or unlucky, against the servers that accept, step04 and step05; and
# signals at bad moments.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers

setup_file() {
    unset PROGRAM # not about anybody's program
    prepare
    need build/hostile
}

# assert_served: does an ordinary client get what the step promises?
assert_served() {
    start ordinary clients/client localhost "$port" 1
    ends_with "$client_exit" ordinary
    prints ordinary "${client_output:+$client_output$'\n'}"
    says ordinary "${client_error:+client: localhost:$port: $client_error$'\n'}"
}

# each_step COMMAND...: runs COMMAND against a fresh server of each step that accepts and is not in
# beyond/. An ordinary client is served afterwards.
each_step() {
    local step
    for step in step04-accept step05-write; do
        start_server "$step"
        "$@"
        assert_served
    done
}

# hostile ARGUMENT...: does the hostile client, so called, end well?
hostile() {
    start hostile "$build/hostile" "$@"
    ends_with 0 hostile
}

# start_load COUNT CONCURRENCY: starts so many clients, so many at a time, who expect what the step
# promises.
start_load() {
    start load "$build/hostile" load "$@" "$([[ -n $client_output ]] && echo hello || echo nothing)"
}

# says_nothing: has the server said nothing but its greeting?
says_nothing() {
    says server "$ready_line"$'\n'
}

# The first test, since step02 and step03 would wait for a minute after a server that has served
# somebody.
@test "hostile: SIGINT, SIGTERM and SIGHUP end every step, and it starts again at once" {
    local signal step
    for step in "$root"/step0*; do
        step=${step##*/}
        for signal in 2 15 1; do
            start_server "$step" at_once
            kill "-$signal" "$server_pid"
            ends_with $((128 + signal)) server
            says_nothing
        done
        start_server "$step" at_once
    done
}

# All of them are gone before accept returns: the server is stopped meanwhile.
reset_and_abandon() {
    local count=$((${#client_output} > 0 ? 20 : 0))
    stop_for_a_while
    hostile reset 20
    hostile abandon 20
    go_on
    assert_served
    printf '%s\n' "$ready_line" >expected
    yes 'write: Connection reset by peer' | head -n "$count" >>expected
    yes 'write: Broken pipe' | head -n "$count" >>expected
    sort server.err | diff <(sort expected) -
}

@test "hostile: RST before accept, FIN and then RST: the next is served" {
    each_step reset_and_abandon
}

silent_and_slow() {
    start holder "$build/hostile" hold 1000
    wait_until 20 has_line holder.out holding || fail "$(<holder.err)"
    # It reads a byte a second.
    # shellcheck disable=SC2016  # the inner shell expands it
    start slow bash -c 'while read -r -N 1; do printf . && sleep 1; done </dev/tcp/127.0.0.1/8001'
    wait_until 20 read_or_closed
    assert_served
    still_runs holder
    says_nothing
}

# read_or_closed: has the slow client got its first byte, or the end?
read_or_closed() {
    [[ -s slow.out ]] || ended "${pids[slow]}"
}

@test "hostile: 1,000 silent clients and one who reads a byte a second keep nobody waiting" {
    each_step silent_and_slow
}

crowd() {
    local most more
    read -r _ _ most _ < <(ss -Hltn "sport = :$port") # Send-Q
    more=$((most < 900 ? most : 900)) # musl's queue is short, and takes no more at a time
    ulimit -Sn hard
    stop_for_a_while
    start_load $((most + more)) $((most + more))
    wait_until 20 accept_queue_holds "$most" || fail "Not $most wait:" "$(ss -ltn)" "$(<load.err)"
    go_on
    finish load 60 # a client whose SYN was dropped repeats it after 1, 3, 7, 15 s
    [[ $status -eq 0 ]] || fail "$(last_words load)"
    says_nothing
}

@test "hostile: with 900 clients more than the backlog holds, every one is served in the end" {
    # As many too many, where the queue may be made shorter.
    [[ ${OWN_NETWORK:-} != yes ]] || echo 1024 >/proc/sys/net/core/somaxconn
    each_step crowd
}

# The server closes with data unread, and the kernel therefore sends RST and not FIN.
megabyte() {
    stop_for_a_while
    start megabyte bash -c 'exec 3<>/dev/tcp/127.0.0.1/8001
        head -c 1048576 /dev/zero >&3; exec cat <&3'
    wait_until 10 unread || fail "$(ss -tan)"
    go_on
    finish megabyte
    prints megabyte "$client_output"
    grep -Eq ': (Connection reset by peer|Broken pipe)$' megabyte.err || fail "$(<megabyte.err)"
    says_nothing
}

# unread: does a connection of the server's hold data that nobody has read (Recv-Q)?
unread() {
    [[ -n $(ss -Htn state established "sport = :$port" | awk '$1 > 0') ]]
}

@test "hostile: a client that sends a megabyte first gets the reply, and then a reset" {
    each_step megabyte
}

flood() {
    local before kib open=("/proc/$server_pid/fd"/*) now
    before=$(resident)
    start_load 5000 1
    ends_with 0 load
    kib=$(resident)
    now=("/proc/$server_pid/fd"/*)
    [[ ${now[*]} == "${open[*]}" ]] || fail "Descriptors before: ${open[*]}, and after: ${now[*]}"
    ((kib - before <= 128)) || fail "Resident memory before: $before KiB, and after: $kib KiB"
    [[ -z $(tr -d '\0' <"/proc/$server_pid/task/$server_pid/children") ]] || fail "It has children."
    says_nothing
}

# resident: prints how many KiB of memory the server has.
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status"; }

# 128 KiB are 26 bytes a client, less than the smallest block of memory that could be lost.
@test "hostile: 5,000 clients in a row: all served, no descriptor, process or memory lost" {
    each_step flood
}
