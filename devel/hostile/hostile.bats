#!/usr/bin/env bats
# Clients that are hostile, or unlucky, against the servers that accept: step04 and those after it.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load served

setup_file() {
    unset PROGRAM # not about anybody's program
    make -s -C "$BATS_TEST_DIRNAME/../.." build/hostile build/load
}

# each_step COMMAND...: runs COMMAND against a fresh server of each accepting step; an ordinary client is
# served afterwards.
each_step() {
    accepting_steps
    for step in "${steps[@]}"; do
        start_server "$step"
        "$@"
        assert_served
    done
}

# All of them are gone before accept returns: the server is stopped meanwhile.
reset_and_abandon() {
    local expected=''
    pause_server
    hostile reset 20
    hostile abandon 20
    [[ $EUID -ne 0 ]] || hostile syn 100
    kill -CONT "$server_pid"
    assert_served
    [[ -z $client_output ]] || expected=$'     20 write: Broken pipe\n     20 write: Connection reset by peer'
    assert_file <(grep -vxF "$ready_line" server.err | sort | uniq -c) "${expected:+$expected$'\n'}"
}

@test "hostile: RST before accept, FIN and then RST, a SYN and no more: reported, and the next is served" {
    each_step reset_and_abandon
}

# start_slow NAME SECONDS: starts a client that waits so long after each byte.
start_slow() {
    # shellcheck disable=SC2016  # the inner shell expands it
    start "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/8001; while IFS= read -r -N 1 -u 3; do printf %s "$REPLY"; sleep "$1"; done' - "$2"
}

silent_and_slow() {
    start holder "$build/hostile" hold 1000
    wait_until 20 has_line holder.out holding || fail "$(<holder.err)"
    assert_served 1
    start_slow slow 1
    wait_until 20 read_or_closed
    assert_served 1
    start_slow quicker 0.01
    finish quicker
    prints quicker "$client_output"
    ! ended "${pids[holder]}" || fail "The silent connections did not last."
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
    local most
    most=$(</proc/sys/net/core/somaxconn)
    ulimit -Sn hard
    pause_server
    start_load $((most + 900)) $((most + 900))
    wait_until 20 accept_queue_holds "$most" || fail "Not $most wait:" "$(ss -ltn)" "$(<load.err)"
    kill -CONT "$server_pid"
    load_is_served
    says_nothing
}

@test "hostile: with 900 clients more than the backlog holds, every one is served in the end" {
    # As many too many, where the queue may be made shorter.
    [[ -z ${OWN_NETWORK:-} ]] || { echo 1024 >/proc/sys/net/core/somaxconn; } 2>/dev/null || true
    each_step crowd
}

# The server closes with data unread, and the kernel therefore sends RST and not FIN.
megabyte() {
    local before
    before=$(aborted_closes)
    pause_server
    start_megabyte
    wait_until 10 unread
    kill -CONT "$server_pid"
    finish megabyte
    prints megabyte "$client_output"
    grep -Eq ': (Connection reset by peer|Broken pipe)$' megabyte.err || fail "It is told: $(<megabyte.err)"
    (($(aborted_closes) > before)) || fail "The kernel counted no close with unread data."
    says_nothing
}

# unread: does a connection of the server's hold data that nobody has read (Recv-Q)?
unread() {
    [[ -n $(ss -Htn state established "sport = :$port" | awk '$1 > 0') ]]
}

# aborted_closes: prints how many connections the kernel has reset because of data left unread.
aborted_closes() {
    awk '/^TcpExt:/ { if (!column) { for (i = 1; i <= NF; i++) if ($i == "TCPAbortOnClose") column = i } else print $column }' /proc/net/netstat
}

@test "hostile: a client that sends a megabyte first gets the reply, and then a reset in place of the end" {
    each_step megabyte
}

flood() {
    local before children='' open=("/proc/$server_pid/fd"/*) now
    resident "$server_pid"
    before=$kib
    start_load 5000 1
    load_is_served
    resident "$server_pid"
    now=("/proc/$server_pid/fd"/*)
    [[ ${now[*]} == "${open[*]}" ]] || fail "Descriptors before: ${open[*]}, and after: ${now[*]}"
    ((kib - before <= 64)) || fail "Resident memory before: $before KiB, and after: $kib KiB"
    read -r children <"/proc/$server_pid/task/$server_pid/children" || true
    [[ -z $children ]] || fail "It has children: $children"
    says_nothing
}

# 64 KiB are 13 bytes a client: a descriptor, or the smallest block of memory, that is not given back is more.
@test "hostile: 5,000 clients in a row: every one served, and no descriptor, process or memory lost" {
    each_step flood
}
