#!/usr/bin/env bats
# The three clients, whatever the server does: what they print, say, and exit with.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# One odd server for all tests; what it says is in the folder odd.
setup_file() {
    prepare
    export odd=${BATS_FILE_TMPDIR:-$(mktemp -d)} odd_pid
    declare -gA pids=()
    work=$odd start odd python3 tests/odd_server.py
    odd_pid=$pid
    wait_until 20 has_line "$odd/odd.out" ready || fail "$(<"$odd/odd.err")"
}

teardown_file() {
    declare -gA pids=([odd]=$odd_pid)
    stop odd
}

# ports: where which oddity is, from then on.
declare -gA ports=()
[[ -z ${odd:-} ]] || while read -r name number; do ports[$name]=$number; done <"$odd/odd.out"

# ask NAME ARGUMENT...: has all three clients run with these arguments, behind the words in before.
ask() {
    start "c.$1" "${before[@]}" clients/client "${@:2}"
    start "python.$1" "${before[@]}" python3 clients/client.py "${@:2}"
    start "ruby.$1" "${before[@]}" ruby clients/client.rb "${@:2}"
}

# all NAME STATUS OUT [PATTERN]: do the three that were so called end with that status and that
# output, and say a line like PATTERN, or nothing?
all() {
    local output
    for client in {c,python,ruby}."$1"; do
        ends_with "$2" "$client"
        prints "$client" "$3"
        output=$(<"$client.err")
        answers "$2" "${4:-}"
    done
}

@test "clients: a reply in pieces, of any bytes, of a megabyte is what they print" {
    for name in pieces binary megabyte; do ask $name 127.0.0.1 "${ports[$name]}" 1; done
    all pieces 0 $'hello world\n'
    printf 'hello\n\0\377\376\303(\n\n\n' >binary
    printf '%01000000d\n' 0 >megabyte
    for name in {c,python,ruby}.{binary,megabyte}; do
        ends_with 0 "$name"
        cmp "${name#*.}" "$name.out"
    done
}

@test "clients: nothing, a reset, nobody there, an unknown host: one line, and no more requests" {
    for name in nothing reset middle; do ask $name 127.0.0.1 "${ports[$name]}" 3 0; done
    ask refused localhost 1 3 0
    ask unknown unknown.invalid 80 3 0
    all nothing 1 "" "client: 127.0.0.1:${ports[nothing]}: closed without sending anything"
    # Ruby may have asked for the error before it reads: then that is the end, and no error.
    all reset 1 "" "client: 127.0.0.1:${ports[reset]}: @(Connection reset by peer|closed without*)"
    all middle 1 "" "client: 127.0.0.1:${ports[middle]}: Connection reset by peer"
    all refused 1 "" "client: localhost:1: Connection refused"
    # Each C library has words of its own for that.
    all unknown 1 "" "client: unknown.invalid:80: [A-Z]*[a-z]"
}

@test "clients: IPv6 is asked too, and first where a name has several addresses" {
    [[ -n ${ports[six]:-} ]] || skip "no IPv6 on this machine"
    ask six ::1 "${ports[six]}" 1
    all six 0 $'IPv6\n'
    unshare -m true 2>/dev/null || return 0
    # For these clients alone, localhost means both addresses, whatever this machine says.
    printf '::1 localhost\n127.0.0.1 localhost\n' >hosts
    # shellcheck disable=SC2016  # the inner shell expands it
    before=(unshare -m bash -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$work/hosts")
    ask both localhost "${ports[both]}" 1
    ask four localhost "${ports[four]}" 1
    all both 0 $'IPv6\n'
    all four 0 $'IPv4\n'
}

@test "clients: requests are INTERVAL apart; Ctrl-C ends one that waits, without a word" {
    local since=${EPOCHREALTIME/./}
    ask fraction 127.0.0.1 "${ports[four]}" 3 0.25
    ask silent 127.0.0.1 "${ports[silent]}" 1
    ask between localhost "${ports[four]}" 2 3600
    wait_until 20 three_wait || fail "The clients do not connect."
    for client in c python ruby; do
        wait_until 20 has_line "$client.between.out" IPv4 || fail "$(last_words "$client.between")"
        kill -INT "${pids[$client.between]}" "${pids[$client.silent]}"
    done
    all between 130 $'IPv4\n'
    all silent 130 ""
    all fraction 0 $'IPv4\nIPv4\nIPv4\n'
    ((${EPOCHREALTIME/./} - since >= 500000)) || fail "Three requests took less than 0.5 s."
}

# three_wait: does the silent server have three clients?
three_wait() {
    [[ $(ss -Htn state established "sport = :${ports[silent]}" | wc -l) -eq 3 ]]
}

@test "clients: standard output that is full is one line; a reader that has gone ends them" {
    # shellcheck disable=SC2016  # the inner shell expands it
    before=(bash -c 'exec "$@" >/dev/full' -)
    ask full localhost "${ports[four]}" 3 0
    # shellcheck disable=SC2016
    before=(bash -c 'exec 9> >(exec true); wait $!; exec "$@" >&9 9>&-' -)
    ask gone localhost "${ports[four]}" 3 0
    all full 1 "" "client: standard output: No space left on device"
    all gone 141 ""
}

# PORT and COUNT are digits, INTERVAL may have a fraction; no language takes more.
@test "clients: wrong arguments get one line on how to call them, exit 2" {
    local row rows=('h 80 5 1 6' '--help' 'h 65536' 'h 8_0' 'h ８０' 'h 80 -1' 'h 80 1.5'
        'h 80 1000001' 'h 80 1 nan' 'h 80 1 3600.5')
    # shellcheck disable=SC2086  # several words
    for row in "${rows[@]}"; do ask "$row" $row; done
    ask 'no host' ''
    for row in "${rows[@]}" 'no host'; do
        all "$row" 2 "" "usage: client \[HOST \[PORT \[COUNT \[INTERVAL]]]]  (localhost 8001 5 1)"
    done
}
