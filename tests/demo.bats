#!/usr/bin/env bats
# make demo: a finished server under strace beside a client, in one terminal.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load helpers

# demo STEP [NAME=VALUE...]: runs tools/demo with these in its environment.
demo() {
    run env "${@:2}" "$root/tools/demo" "$1"
}

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

# First, while no server of these tests has served anybody: step02 and step03 set no SO_REUSEADDR.
@test "demo: each step shows what its clients see, and says why, in both languages" {
    local number
    for number in 01 02 03 04 05; do
        find_step "$number"
        load_promise "$step"
        demo "$number" COUNT=1
        [[ $status -eq 0 ]] || fail "$step:" "$output"
        shows "server | $ready_line"
        if [[ $client_exit == waits ]]; then
            [[ $output != *'client |'* ]] || fail "$step:" "$output"
        else
            shows "client | ${client_output:-client: localhost:$port: $client_error}"
        fi
        [[ ${lines[-1]} == "$because_en" ]] || fail "$step ends with: ${lines[-1]}"
        [[ $client_exit == 0 || ${lines[-2]} == 'server | '*' ...' ]] || fail "$step does not show where it waits:" "$output"
    done
    demo 05 COUNT=1 WORKSHOP_LANG=ja
    [[ ${lines[-1]} == "$because_ja" && ${lines[0]} == *"に strace を付けて動かし"* ]] || fail "$output"
}

@test "demo: make demo shows the server's calls and five answers, in about the client's own time" {
    local begin=$SECONDS served=() i
    run make --no-print-directory -C "$root" demo
    [[ $status -eq 0 ]] || fail "$output"
    ((SECONDS - begin <= 8)) || fail "It took $((SECONDS - begin)) s."
    for i in 1 2 3 4 5; do
        served+=('server | accept(*) *= 4' 'server | write(4, "hello world", 11) *= 11' 'client | hello world')
    done
    shows 'server | socket(*' 'server | bind(*' 'server | listen(*' "${served[@]}" 'Each client got*'
    [[ $(grep -c '^client | ' <<<"$output") -eq 5 ]]
    ! grep $'\033' <<<"$output" || fail "Colours in a pipe."
}

@test "demo: CLIENT chooses the client; a wrong one, a wrong step and a taken port get one line" {
    local language
    for language in python ruby; do
        demo 05 CLIENT=$language COUNT=2 INTERVAL=0
        [[ $status -eq 0 && ${lines[0]} == *"$language"* && $(grep -c '^client | hello world$' <<<"$output") -eq 2 ]] || fail "$output"
    done
    demo 05 CLIENT=perl
    [[ $status -eq 2 && $output == "demo: CLIENT is c, python or ruby, not 'perl'" ]] || fail "$output"
    demo 05 COUNT=0
    [[ $status -eq 2 && $output == "demo: COUNT is a number from 1 on, not '0'" ]] || fail "$output"
    run bash -c 'COUNT=1 "$1/tools/demo" 05 >/dev/full' - "$root"
    [[ $status -eq 1 && $output == "demo: standard output: No space left on device" ]] || fail "$output"
    demo 05 TMPDIR=nowhere
    [[ $status -eq 1 && $output == "demo: no folder can be made in nowhere: set TMPDIR to one that you may write to" ]] || fail "$output"
    demo 12
    [[ $status -eq 2 && $output == "demo: there is no step '12'; the steps are step01 "* ]] || fail "$output"
    start_server step05-write
    demo 05
    [[ $status -eq 1 && $output == "demo: port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid" ]] || fail "$output"
}

@test "demo: without the right to trace it says so in one line" {
    mkdir bin
    # As it says where a container forbids it.
    printf '#!/bin/sh\necho "strace: test_ptrace_get_syscall_info: PTRACE_TRACEME: Operation not permitted\n%s" >&2\nexit 1\n' \
        'strace: detach: waitpid(7): No child processes' >bin/strace
    chmod +x bin/strace
    demo 05 PATH="$work/bin:$PATH" STRACE_WORKS=
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "demo: strace may not trace here (PTRACE_TRACEME: Operation not permitted)."* ]] || fail "$output"
}

# Killed, it can clear up nothing; its processes end all the same.
@test "demo: interrupted or killed in the middle, it leaves no process behind" {
    local signal demo_pid
    for signal in INT KILL; do
        mkdir "$signal.tmp"
        TMPDIR=$work/$signal.tmp start "$signal" tools/demo 05
        demo_pid=$pid
        wait_until 10 has_line "$signal.out" "client | hello world" || fail "$(cat "$signal.out" "$signal.err")"
        # Again and again: somebody impatient at the keyboard.
        until ended "$demo_pid"; do
            kill -s "$signal" "$demo_pid" 2>/dev/null || true
            nap 0.003
        done
        finish "$signal"
        [[ $status -eq $((128 + $(kill -l "$signal"))) ]] || fail "SIG$signal: exit status $status" "$(<"$signal.err")"
        wait_until 5 nobody_listens || fail "SIG$signal leaves: $(ss -Hltnp "sport = :$port")"
    done
    [[ -z $(ls INT.tmp) ]] || fail "Folders left behind: $(ls INT.tmp)"
}

nobody_listens() {
    ! listening
}
