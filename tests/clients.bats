#!/usr/bin/env bats
# The three clients, whatever the server does: what they print, say, and exit with. Reasons are in each
# language's own words, so of these only the gist is asked.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

languages=(c python ruby)

# One odd server for all tests; what it says is in the folder odd.
setup_file() {
    export odd odd_pid
    prepare
    declare -gA pids=()
    odd=$(new_folder)
    work=$odd start odd python3 tests/odd_server.py
    odd_pid=$pid
    wait_until 20 has_line "$odd/odd.out" ready || fail "$(<"$odd/odd.err")"
}

teardown_file() {
    end_group "$odd_pid"
    rm -rf "$odd"
}

# ports: where which oddity is, from then on.
declare -gA ports=()
[[ -z ${odd:-} ]] || while read -r name number; do ports[$name]=$number; done <"$odd/odd.out"

# ask NAME ARGUMENT...: has all three clients run with these arguments, as c.NAME, python.NAME, ruby.NAME.
ask() {
    local name=$1
    shift
    start "c.$name" "${before[@]}" clients/client "$@"
    start "python.$name" "${before[@]}" python3 clients/client.py "$@"
    start "ruby.$name" "${before[@]}" ruby clients/client.rb "$@"
}

# all NAME STATUS OUT [PATTERN]: do all three end with that status and that output, and say a line like
# PATTERN, or nothing, on standard error?
all() {
    local language lines
    for language in "${languages[@]}"; do
        ends_with "$2" "$language.$1"
        prints "$language.$1" "$3"
        mapfile -t lines <"$language.$1.err"
        if [[ -z ${4:-} ]]; then says "$language.$1" ""; else
            # shellcheck disable=SC2053  # a pattern
            [[ ${#lines[@]} -eq 1 && ${lines[0]} == $4 ]] || fail "$language, $1, expected: $4" "${lines[@]}"
        fi
    done
}

@test "clients: a reply in pieces, in lines, of any bytes, of a megabyte is what they print, and then a newline" {
    local name language
    for name in pieces lines binary megabyte; do ask $name 127.0.0.1 "${ports[$name]}" 1; done
    all pieces 0 $'hello world\n'
    all lines 0 $'hello\nworld\n\n\n'
    printf '\0\377\376\303(\0\n' >binary
    printf '%01000000d\n' 0 >megabyte
    for name in binary megabyte; do
        for language in "${languages[@]}"; do
            ends_with 0 "$language.$name"
            cmp $name "$language.$name.out"
            says "$language.$name" ""
        done
    done
}

@test "clients: nothing, a reset, nobody there, an unknown host: one line, exit 1, and no more requests" {
    for name in nothing reset middle; do ask $name 127.0.0.1 "${ports[$name]}" 3 0; done
    ask refused localhost 1 3 0
    ask unreachable 255.255.255.255 9 3 0
    ask unknown unknown.invalid 80 3 0
    all nothing 1 "" "client: 127.0.0.1:${ports[nothing]}: closed without sending anything"
    all reset 1 "" "client: 127.0.0.1:${ports[reset]}: Connection reset by peer*"
    all middle 1 "" "client: 127.0.0.1:${ports[middle]}: Connection reset by peer*"
    all refused 1 "" "client: localhost:1: Connection refused*"
    all unreachable 1 "" "client: 255.255.255.255:9: Network is unreachable*"
    all unknown 1 "" "client: unknown.invalid:80: *@(not known|Temporary failure in name resolution)*"
}

@test "clients: a name with several addresses is tried in order, IPv6 and then IPv4" {
    [[ -n ${ports[six]:-} ]] || skip "no IPv6 on this machine"
    ask six ::1 "${ports[six]}" 1
    if [[ $EUID -eq 0 ]] && unshare -m true 2>/dev/null; then
        # For these clients alone, localhost means both addresses, whatever this machine says.
        printf '::1 localhost\n127.0.0.1 localhost\n' >hosts
        # shellcheck disable=SC2016  # the inner shell expands it
        before=(unshare -m bash -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' - "$work/hosts")
        ask both localhost "${ports[both]}" 1
        all both 0 $'IPv6\n'
    fi
    ask four localhost "${ports[four]}" 1
    all six 0 $'IPv6\n'
    all four 0 $'IPv4\n'
}

@test "clients: Ctrl-C ends one that waits, between the requests too, without a word" {
    local language
    ask silent 127.0.0.1 "${ports[silent]}" 1
    ask between localhost "${ports[four]}" 2 3600
    for language in "${languages[@]}"; do
        wait_until 20 has_line "$language.between.out" IPv4 || fail "$language: $(<"$language.between.err")"
        kill -INT "${pids[$language.between]}"
    done
    all between 130 $'IPv4\n'
    wait_until 20 three_wait || fail "The clients do not connect."
    for language in "${languages[@]}"; do kill -INT "${pids[$language.silent]}"; done
    all silent 130 ""
}

# three_wait: does the silent server have three clients?
three_wait() {
    [[ $(ss -Htn state established "sport = :${ports[silent]}" | wc -l) -eq 3 ]]
}

@test "clients: standard output that is full or closed: one line and no trace of the program's insides" {
    # shellcheck disable=SC2016  # the inner shell expands it
    before=(bash -c 'exec "$@" >/dev/full' -)
    ask full localhost "${ports[four]}" 3 0
    # shellcheck disable=SC2016
    before=(bash -c 'exec 9> >(exec true); wait $!; exec "$@" >&9 9>&-' -)
    ask gone localhost "${ports[four]}" 3 0
    all full 1 "" "client: localhost:${ports[four]}: No space left on device*"
    for name in c python ruby; do
        finish $name.gone
        [[ $status != 0 && $(wc -l <$name.gone.err) -le 1 ]] || fail "$name: $status" "$(<$name.gone.err)"
    done
}

@test "clients: COUNT requests, INTERVAL seconds apart" {
    local since=${EPOCHREALTIME/./}
    ask none localhost "${ports[four]}" 0
    ask quick 127.0.0.1 "${ports[four]}" 3 0
    ask fraction 127.0.0.1 "${ports[four]}" 3 0.25
    all none 0 ""
    all quick 0 $'IPv4\nIPv4\nIPv4\n'
    all fraction 0 $'IPv4\nIPv4\nIPv4\n'
    ((${EPOCHREALTIME/./} - since >= 500000)) || fail "Three requests, 0.25 s apart, took less than 0.5 s."
}

@test "clients: wrong arguments get one line on how to call them, exit 2" {
    local row rows=('localhost 8001 5 1 6' '--help' 'localhost 70000' 'localhost x' 'localhost 8001 -1' 'localhost 8001 1 nan')
    # shellcheck disable=SC2086  # several words
    for row in "${rows[@]}"; do ask "$row" $row; done
    for row in "${rows[@]}"; do all "$row" 2 "" "usage: client \[HOST \[PORT \[COUNT \[INTERVAL\]\]\]\]  (localhost 8001 5 1)"; done
}
