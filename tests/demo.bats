#!/usr/bin/env bats
# make demo: a finished server under strace beside a client, in one terminal.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load helpers

# shows PATTERN...: are there lines that match, in this order, perhaps with others between them?
shows() {
    local pattern i=0
    # shellcheck disable=SC2053  # they are patterns
    for pattern in "$@"; do
        until [[ $i -ge ${#lines[@]} || ${lines[i]} == $pattern ]]; do i=$((i + 1)); done
        [[ $i -lt ${#lines[@]} ]] || fail "no line like this, or not in this place: $pattern" "$output"
        i=$((i + 1))
    done
}

# The first test, since step02 and step03 would wait for a minute after a server that has served somebody.
@test "demo: with STEP, the server's calls beside what its clients see, where it waits, and why" {
    local number
    for number in 01 02 03 04 05; do
        find_step "$number"
        load_promise "$step"
        COUNT=1 run "$root/tools/demo" "$number"
        [[ $status -eq 0 && ${lines[-1]} == "$because_en" ]] || fail "$step:" "$output"
        shows 'server | socket(*' "server | $ready_line"
        case $client_exit in
            0) shows 'server | accept(*) *= 4' 'server | write(4, *) *= 11' "client | $client_output" ;;
            1) shows "client | client: localhost:$port: $client_error" 'server | '*' ...' ;;
            *) [[ $output != *'client |'* && ${lines[-2]} == 'server | pause('*' ...' ]] || fail "$output" ;;
        esac
    done
    COUNT=1 WORKSHOP_LANG=ja run "$root/tools/demo" 05
    [[ ${lines[-1]} == "$because_ja" && ${lines[0]} == *"に strace を付けて動かし"* ]] || fail "$output"
    CLIENT=ruby COUNT=2 INTERVAL=0 run "$root/tools/demo" 05
    [[ $status -eq 0 && $(grep -c '^client | hello world$' <<<"$output") -eq 2 ]] || fail "$output"
}

@test "demo: make demo shows that the machine is ready: the client's five answers, and no call" {
    run make --no-print-directory -C "$root" demo
    [[ $status -eq 0 && $(grep -c '^client | hello world$' <<<"$output") -eq 5 ]] || fail "$output"
    [[ ${#lines[@]} -eq 6 && ${lines[5]} == "This machine is ready for the course." ]] || fail "$output"
}

@test "demo: a wrong client, count or step, a full standard output and a taken port get one line" {
    local row status_expected words
    start_server step05-write
    while IFS=: read -r row status_expected words; do
        # shellcheck disable=SC2016,SC2086  # the inner shell expands it; several words
        run env ${row% *} bash -c '"$1" "$2" >"$OUT"' - "$root/tools/demo" ${row##* }
        [[ $status -eq $status_expected && $output == "demo: $words"* && ${#lines[@]} -eq 1 ]] ||
            fail --expected "demo: $words" --found "$output"
    done <<END
OUT=/dev/null CLIENT=perl 05:2:CLIENT is c, python or ruby, not 'perl'
OUT=/dev/null COUNT=0 05:2:COUNT is a number from 1 on, not '0'
OUT=/dev/null 12:2:there is no step '12'; the steps are step01
OUT=/dev/null 05:1:port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid
END
    stop server
    # shellcheck disable=SC2016  # the inner shell expands it
    run bash -c 'COUNT=1 "$1" 05 >/dev/full' - "$root/tools/demo"
    [[ $status -eq 1 && $output == "demo: standard output: No space left on device" ]] || fail "$output"
}
