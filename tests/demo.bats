#!/usr/bin/env bats
# make demo: a finished server under strace beside a client, in one terminal.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load helpers

# The first test, since step02 and step03 would wait for a minute after a server that has served
# somebody.
@test "demo: with STEP, the server's calls beside what its clients see, where it waits, and why" {
    local number seen
    for number in 01 02 03 04 05; do
        find_step "$number"
        load_promise "$step"
        case $client_exit in
            0) seen="*accept(*) *= 4*write(4, *) *= 11*client | $client_output" ;;
            1) seen="*client | client: localhost:$port: $client_error*server | *[(]* ..." ;;
            *) seen='*server | pause( ...' ;;
        esac
        COUNT=1 run "$root/tools/demo" "$number"
        answers 0 "*server | socket(*server | $ready_line$seen"$'\n'"$because_en"
        [[ $client_exit != waits || $output != *'client |'* ]] || fail "$output"
    done
    COUNT=1 WORKSHOP_LANG=ja run "$root/tools/demo" 05
    answers 0 "*に strace を付けて動かし*$because_ja"
}

@test "demo: make demo shows that the machine is ready: the client's five answers, and no call" {
    local hello='client | hello world'
    run make --no-print-directory -C "$root" demo
    answers 0 "$(printf '%s\n' "$hello"{,,,,} "This machine is ready for the course.")"
}

@test "demo: a wrong count or step, a full standard output and a taken port get one line" {
    COUNT=0 run "$root/tools/demo" 05
    answers 2 "demo: COUNT is a number from 1 on, not '0'"
    run "$root/tools/demo" 12
    answers 2 "demo: there is no step '12'; the steps are step01 *"
    # shellcheck disable=SC2016  # the inner shell expands it
    run bash -c 'COUNT=1 "$1" 05 >/dev/full' - "$root/tools/demo"
    answers 1 "demo: standard output: No space left on device"
    start_server step05-write
    run "$root/tools/demo"
    answers 1 "demo: port 8001 is taken by step05-write (process $server_pid). Stop it first: *"
}
