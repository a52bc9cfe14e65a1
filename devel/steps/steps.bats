#!/usr/bin/env bats
# What is promised of every step's files: each adds one call and nothing else, its transcript is what strace
# shows, and its own tests tell it from its neighbour.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load ../recording/transcript
load ../network

setup_file() {
    unset PROGRAM
}

# lines_at_most STEP: prints how long the design lets that step's server be.
lines_at_most() {
    case $1 in
        step01*) echo 24 ;; step02*) echo 36 ;; step03*) echo 42 ;; step04*) echo 60 ;; step05*) echo 66 ;; *) echo 120 ;;
    esac
}

@test "steps: each transcript has the calls more, and the calls less, that the step's promise names" {
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        [[ $(calls_added "$step") == "$calls_added" ]] || fail "$step: new calls $(calls_added "$step"), promised: $calls_added"
        [[ $(calls_gone "$step") == "$calls_removed" ]] || fail "$step: calls gone $(calls_gone "$step"), promised: $calls_removed"
    done
}

# Of the lines before, only the header, the greeting and the call that the promise removes may differ.
@test "steps: each server.c is the one before plus the lines about its new call, and short" {
    local before line
    all_steps
    for step in "${steps[@]}"; do
        (($(wc -l <"$root/$step/server.c") <= $(lines_at_most "$step"))) || fail "$step/server.c is too long."
        load_promise "$step"
        previous_step "$step"
        [[ -n $before && $step != beyond/* ]] || continue
        diff "$root/$before/server.c" "$root/$step/server.c" >changes || true
        while IFS= read -r line; do
            [[ $line == '< //'* || $line == '<     fprintf(stderr, "S'* ]] ||
                [[ -n $calls_removed && $line == *"$calls_removed("* ]] || fail "Changed or removed in $step: $line"
        done < <(grep '^< ' changes)
        for call in $calls_added; do
            grep -q "^> .*\b${call/rt_sigaction/signal}(" changes || fail "$call is not among the new lines of $step."
        done
    done
}

# These very tests, run on the program of the step before, fail: each step has its own proof. The first
# step's are run on a program that opens no socket at all.
@test "steps: each step's own tests fail on the program of the step before" {
    local before file network
    find_network
    all_steps
    for step in "${steps[@]}"; do
        previous_step "$step"
        file=${step##*/}
        file=$root/tests/${file%%-*}.bats
        before=${before:+$build/${before##*/}}
        if PROGRAM=${before:-true} "${network[@]}" bats --tap --filter "the C, the Python|prints hello world" "$file" >nested 3>&-; then
            fail "The tests of $step pass on ${before:-true}:" "$(<nested)"
        fi
        grep -q '^not ok 1 ' nested || fail "The first test of $step does not fail on ${before:-true}:" "$(<nested)"
    done
}

@test "steps: Ctrl-C and SIGTERM end each, and it starts again at once where it has closed nothing, or reuses" {
    local signal
    all_steps
    for step in "${steps[@]}"; do
        for signal in INT TERM; do
            start_server "$step"
            kill -s "$signal" "$server_pid"
            finish server
            [[ $status == $((128 + $(kill -l "$signal"))) ]] || fail "$step: SIG$signal: exit status $status" "$(<server.err)"
        done
        start_server "$step"
    done
}

@test "steps: a second server on the port is told so by bind, and fails; the first goes on" {
    all_steps
    for step in "${steps[@]:2}"; do
        start_server "$step"
        start second "$build/${step##*/}"
        ends_with 1 second
        says second $'bind: Address already in use\n'
        still_runs server
    done
}

@test "steps: strace shows each step's committed transcripts again" {
    local side portable
    all_steps
    for step in "${steps[@]}"; do
        client_program=''
        load_promise "$step"
        "$root/devel/recording/record" "$(basename "$step" | cut -c 5-6)" fresh 2>said || fail "$(<said)"
        for side in server client; do
            portable=portable_transcript
            [[ $side != client || $client_program != curl ]] || portable=portable_curl
            diff -u <($portable <"$root/$step/$side.strace") <($portable <"fresh/$side.strace") ||
                fail "$step/$side.strace is not what strace shows now. If the change is meant: make transcripts"
        done
    done
}
