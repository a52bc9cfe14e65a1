#!/usr/bin/env bats
load test_helper

demo() {
    run env "$@" "$root/tools/demo" "$step"
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

@test "demo: each step shows what its clients see, and says why" {
    local client
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        client='client | *'
        [[ -z $client_output ]] || client="client | $client_output"
        [[ -z $client_error ]] || client="client | client: localhost:$port: $client_error"
        demo COUNT=1
        [[ $status -eq 0 ]] || fail "$step:" "$output"
        shows "server | $ready_line"
        if [[ $client_exit == waits ]]; then
            [[ $output != *'client |'* ]] || fail "$step:" "$output"
        else
            shows "$client"
        fi
        [[ ${lines[-1]} == "$because" ]] || fail "$step ends with: ${lines[-1]}"
        [[ $client_exit == 0 || ${lines[-2]} == 'server | '*' ...' ]] || fail "$step does not show where it waits:" "$output"
    done
}

@test "demo: CLIENT chooses the client; a wrong one, a wrong step and a taken port get one line" {
    local language
    step=step05-write
    for language in python ruby; do
        demo CLIENT=$language COUNT=2 INTERVAL=0
        [[ $status -eq 0 && ${lines[0]} == *"$language"* && $(grep -c '^client | hello world$' <<<"$output") -eq 2 ]] || fail "$output"
    done
    demo CLIENT=perl
    [[ $status -eq 2 && $output == "demo: CLIENT is c, python or ruby, not 'perl'" ]] || fail "$output"
    demo COUNT=0
    [[ $status -eq 2 && $output == "demo: COUNT is a number from 1 on, not '0'" ]] || fail "$output"
    demo TMPDIR=nowhere
    [[ $status -eq 1 && $output == "demo: no folder can be made in nowhere: set TMPDIR to one that you may write to" ]] || fail "$output"
    mkdir tmp
    TMPDIR=tmp "$root/tools/record" step01 out
    [[ -s out/server.strace && -s out/client.strace && -z $(ls tmp) ]] || fail "$(ls out tmp)"
    step=step9
    demo
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "There is no step 'step9'."* ]] || fail "$output"

    step=step05-write
    load_promise "$step"
    start_server
    demo
    [[ $status -eq 1 && ${#lines[@]} -eq 1 ]] || fail "$output"
    [[ $output == "demo: port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid" ]] || fail "$output"
}

@test "demo: without the right to trace it says so in one line" {
    unset PREPARED # it says that strace may trace
    mkdir bin
    printf '#!/bin/sh\necho "strace: test_ptrace_get_syscall_info: PTRACE_TRACEME: Operation not permitted" >&2\nexit 1\n' >bin/strace
    chmod +x bin/strace
    step=step05-write
    demo PATH="$work/bin:$PATH"
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == *"strace may not trace here ("*"PTRACE_TRACEME: Operation not permitted)"* ]] || fail "$output"
}

# Killed, it can clear up nothing; its processes end all the same.
@test "demo: interrupted or killed in the middle, it leaves no process behind" {
    local signal demo_pid
    load_promise step05-write
    for signal in INT KILL; do
        mkdir "$signal.tmp"
        TMPDIR=$work/$signal.tmp start "$signal" "$root/tools/demo" step05
        demo_pid=$pid
        wait_until 10 has_line "$signal.out" "client | $client_output" || fail "$(cat "$signal.out" "$signal.err")"
        # Again and again: somebody impatient at the keyboard.
        until ended "$demo_pid"; do
            kill -s "$signal" "$demo_pid" 2>/dev/null || true
            nap 0.003
        done
        finish "$demo_pid"
        [[ $status -eq $((128 + $(kill -l "$signal"))) ]] || fail "SIG$signal: exit status $status" "$(cat "$signal.err")"
        wait_until 5 nobody_listens || fail "SIG$signal leaves: $(ss -Hltnp "sport = :$port")"
    done
    [[ -z $(ls INT.tmp) ]] || fail "Folders left behind: $(ls INT.tmp)"
}

nobody_listens() {
    ! listening
}
