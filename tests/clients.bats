#!/usr/bin/env bats
# The three clients: the same arguments, output, messages and exit status, whatever the server does.
load test_helper

# start_clients NAME ARGUMENT...: starts all three, with LANGUAGE.NAME.out and .err as their output.
start_clients() {
    local language
    for language in "${languages[@]}"; do
        client_command "$language"
        start "$language.$1" "${before_client[@]}" "${client[@]}" "${@:2}"
        clients[$language.$1]=$pid
    done
}

# assert_all NAME STATUS OUT ERR: the three end with that status and that output.
assert_all() {
    local language
    for language in "${languages[@]}"; do
        finish "${clients[$language.$1]}"
        [[ $status == "$2" ]] || fail "$language, $1: exit status $status, not $2" "$(cat "$language.$1.err")"
        assert_file "$language.$1.out" "$3"
        assert_file "$language.$1.err" "$4"
    done
}

# prepare_clients: what every test here starts with.
prepare_clients() {
    declare -gA clients=() ports=()
    before_client=()
    usage=$("$root/clients/client" --help)
}

# start_odd_server: starts it, and fills ports.
start_odd_server() {
    local name number
    prepare_clients
    start odd python3 "$root/tests/odd_server.py"
    wait_until 20 has_line odd.out ready || fail "$(cat odd.err)"
    while read -r name number; do ports[$name]=$number; done < <(sed '$d' odd.out)
}

@test "clients: a reply in pieces, in lines, of any bytes, is what they print, and then a newline" {
    local name
    local -A replies=([pieces]='hello world' [bytewise]='hello world' [lines]=$'hello\nworld\n\n')
    start_odd_server
    for name in "${!replies[@]}" binary megabyte limit; do start_clients "$name" 127.0.0.1 "${ports[$name]}" 1; done
    for name in "${!replies[@]}"; do assert_all "$name" 0 "${replies[$name]}"$'\n' ""; done

    printf '\0\377\376\303(\0\n' >binary
    head -c 1048576 /dev/zero | tr '\0' x >megabyte
    head -c 16777216 /dev/zero | tr '\0' x >limit
    echo | tee -a megabyte >>limit
    for name in binary megabyte limit; do
        for language in "${languages[@]}"; do
            finish "${clients[$language.$name]}"
            [[ $status == 0 ]] || fail "$language, $name: exit status $status" "$(cat "$language.$name.err")"
            cmp "$name" "$language.$name.out"
            assert_file "$language.$name.err" ""
        done
    done
}

@test "clients: nothing, a reset, too much, nobody there, an unknown host: a message, exit 1, and no more requests" {
    local name
    local -A reasons=(
        [nothing]='closed without sending anything' [reset]='Connection reset by peer'
        [middle]='Connection reset by peer' [beyond]='more than 16 MiB'
    )
    start_odd_server
    for name in "${!reasons[@]}"; do start_clients "$name" 127.0.0.1 "${ports[$name]}" 3 0; done
    start_clients broadcast 255.255.255.255 9 3 0
    start_clients unknown unknown.invalid 80 3 0
    start_clients refused localhost 1 3 0
    for name in "${!reasons[@]}"; do
        assert_all "$name" 1 "" "client: 127.0.0.1:${ports[$name]}: ${reasons[$name]}"$'\n'
    done
    assert_all broadcast 1 "" "client: 255.255.255.255:9: Network is unreachable"$'\n'
    assert_all refused 1 "" "client: localhost:1: Connection refused"$'\n'
    finish "${clients[c.unknown]}" 60
    assert_all unknown 1 "" "$(cat c.unknown.err)"$'\n'
    grep -Eqx 'client: unknown\.invalid:80: (Name or service not known|Temporary failure in name resolution)' c.unknown.err ||
        fail "$(cat c.unknown.err)"
}

@test "clients: a name with several addresses is tried in order, IPv6 and then IPv4" {
    start_odd_server
    [[ -n ${ports[six]:-} ]] || skip "no IPv6 on this machine"
    start_clients six ::1 "${ports[six]}" 1
    if [[ $EUID -eq 0 ]] && unshare -m true 2>/dev/null; then
        # For these clients alone, localhost means both addresses, whatever this machine says.
        printf '::1 localhost\n127.0.0.1 localhost\n' >hosts
        # shellcheck disable=SC2016  # the inner shell expands it
        before_client=(unshare -m bash -c 'mount --bind hosts /etc/hosts && exec "$@"' -)
    fi
    start_clients both localhost "${ports[both]}" 1
    start_clients four localhost "${ports[four]}" 1
    assert_all six 0 $'IPv6\n' ""
    assert_all four 0 $'IPv4\n' ""
    [[ ${#before_client[@]} -gt 0 ]] || return 0
    assert_all both 0 $'IPv6\n' ""
    "${before_client[@]}" strace -o trace -e trace=connect "$root/clients/client" localhost "${ports[four]}" 1
    grep "htons(${ports[four]})" trace | tail -n 2 | sed -E 's/.*sa_family=(AF_INET6?),.* = (0|-1 [A-Z]+).*/\1 \2/' >order
    assert_file order $'AF_INET6 -1 ECONNREFUSED\nAF_INET 0\n'
}

@test "clients: Ctrl-C ends one that waits, between the requests too, without a word" {
    local language
    start_odd_server
    start_clients silent 127.0.0.1 "${ports[silent]}" 1
    start_clients between localhost "${ports[four]}" 2 86400
    for language in "${languages[@]}"; do
        wait_until 20 has_line "$language.between.out" IPv4 || fail "$language: $(cat "$language.between.err")"
        kill -INT "${clients[$language.between]}"
    done
    assert_all between 130 $'IPv4\n' ""
    wait_until 20 three_wait || fail "The clients do not connect."
    for language in "${languages[@]}"; do kill -INT "${clients[$language.silent]}"; done
    assert_all silent 130 "" ""
}

# three_wait: does the silent server have three clients?
three_wait() {
    (($(ss -Htn state established "sport = :${ports[silent]}" | wc -l) == 3))
}

@test "clients: a reader who is gone ends them quietly, a full disk with a message" {
    start_odd_server
    # shellcheck disable=SC2016  # the inner shell expands it
    before_client=(bash -c 'exec 9> >(exec true); wait $!; exec "$@" >&9 9>&-' -)
    start_clients gone localhost "${ports[four]}" 3 0
    # shellcheck disable=SC2016
    before_client=(bash -c 'exec "$@" >/dev/full' -)
    start_clients full localhost "${ports[four]}" 3 0
    start_clients help --help
    # shellcheck disable=SC2016
    before_client=(bash -c 'exec "$@" 2>/dev/full' -)
    start_clients speechless --nonsense
    assert_all gone 141 "" ""
    assert_all full 1 "" $'client: standard output: No space left on device\n'
    assert_all help 1 "" $'client: standard output: No space left on device\n'
    assert_all speechless 2 "" ""
}

@test "clients: COUNT requests, INTERVAL apart, five and a second by default" {
    start_odd_server
    start_clients none localhost "${ports[four]}" 0
    start_clients quick 127.0.0.1 "${ports[four]}" 3 0
    start_clients fraction 127.0.0.1 "${ports[four]}" 2 0.25
    start_clients zeros 127.0.0.1 "0000${ports[four]}" 000000001 000000000.000000001
    assert_all none 0 "" ""
    assert_all quick 0 $'IPv4\nIPv4\nIPv4\n' ""
    assert_all fraction 0 $'IPv4\nIPv4\n' ""
    assert_all zeros 0 $'IPv4\n' ""
}

@test "clients: --help is the usage, wrong arguments are one line and the usage, exit 2" {
    local name arguments rows=(
        'too many arguments|localhost 8001 5 1 6'
        'HOST must be a name or an address|--nonsense'
        'HOST must be a name or an address|--help 8001'
        'PORT must be a number from 1 to 65535|localhost 0'
        'PORT must be a number from 1 to 65535|localhost 70000'
        'PORT must be a number from 1 to 65535|localhost x'
        'PORT must be a number from 1 to 65535|localhost -1'
        'PORT must be a number from 1 to 65535|localhost 99999999999999999999'
        'COUNT must be a number from 0 to 1000000|localhost 8001 -1'
        'COUNT must be a number from 0 to 1000000|localhost 8001 1e3'
        'COUNT must be a number from 0 to 1000000|localhost 8001 1000001'
        'INTERVAL must be a number of seconds from 0 to 86400|localhost 8001 1 -1'
        'INTERVAL must be a number of seconds from 0 to 86400|localhost 8001 1 nan'
        'INTERVAL must be a number of seconds from 0 to 86400|localhost 8001 1 1.'
        'INTERVAL must be a number of seconds from 0 to 86400|localhost 8001 1 86400.1'
    )
    prepare_clients
    start_clients help --help
    start_clients empty ''
    for name in "${!rows[@]}"; do
        IFS='|' read -r _ arguments <<<"${rows[name]}"
        # shellcheck disable=SC2086  # several words
        start_clients "$name" $arguments
    done
    assert_all help 0 "$usage"$'\n' ""
    assert_all empty 2 "" "client: HOST must be a name or an address"$'\n'"$usage"$'\n'
    for name in "${!rows[@]}"; do
        assert_all "$name" 2 "" "client: ${rows[name]%%|*}"$'\n'"$usage"$'\n'
    done
    [[ $usage == 'usage: client [HOST [PORT [COUNT [INTERVAL]]]]'* ]]
}
