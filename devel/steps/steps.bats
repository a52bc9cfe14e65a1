#!/usr/bin/env bats
# What is promised of every step's files: each adds one call and nothing else, and its own tests tell it from its
# neighbour.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
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

# Of the lines before, only the header, the greeting and the call that the promise removes may differ.
@test "steps: each server.c is the one before plus its new calls, which its promise and transcript name, and short" {
    each_step a_step_further
}

# each_step COMMAND...: runs COMMAND with each step in step, the one before it in before, and its promise loaded.
each_step() {
    local step before
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        previous_step "$step"
        "$@"
    done
}

a_step_further() {
    local line added='' lines in_transcript
    in_transcript="$(calls_added "$step"), gone: $(calls_gone "$step")"
    [[ $in_transcript == "$calls_added, gone: $calls_removed" ]] || fail "$step: not as promised: $in_transcript"
    mapfile -t lines <"$root/$step/server.c"
    ((${#lines[@]} <= $(lines_at_most "$step"))) || fail "$step/server.c is too long."
    [[ -n $before && $step != beyond/* ]] || return 0
    while IFS= read -r line; do
        case $line in
            '> '*) added+=" $line" ;;
            '< //'* | '<     fprintf(stderr, "S'*) ;;
            '< '*) [[ -n $calls_removed && $line == *"$calls_removed("* ]] || fail "Changed or removed in $step: $line" ;;
        esac
    done < <(diff "$root/$before/server.c" "$root/$step/server.c")
    for call in $calls_added; do
        [[ $added =~ [^a-z_]${call/rt_sigaction/signal}\( ]] || fail "$call is not among the new lines of $step."
    done
}

# These very tests, run on the program of the step before, fail: each step has its own proof. The first
# step's is run on a program that opens no socket at all.
@test "steps: each step's own first test fails on the program of the step before" {
    local network
    find_network
    # One file, which bats begins once; the program knows by the test's name whose turn it is.
    printf 'load %q\n' "$root/tests/helpers.bash" "$root/tests/beyond.bash" >all.bats
    each_step ask_the_one_before
    # shellcheck disable=SC2016  # the program's own shell expands it
    PROGRAM=$(printf 'case $BATS_TEST_NAME in %s esac' "$(<programs)") \
        run "${network[@]}" bats --tap all.bats 3>&-
    for step in "${steps[@]##*/}"; do
        [[ $output == *$'\n'"not ok "?" ${step%%-*}: "* ]] || fail "$step: its test does not fail:" "$output"
    done
}

# ask_the_one_before: adds the step's first test to all.bats, and the program of the step before it to programs.
ask_the_one_before() {
    local name=${step##*/}
    name=${name%%-*}
    sed '/^load /d; /^}/q' "$root/tests/$name.bats" >>all.bats
    before=${before:+$build/${before##*/}}
    printf 'test_%s*) exec %q ;; ' "$name" "${before:-true}" >>programs
}

@test "steps: a second server on the port is told so by bind, and fails; the first goes on" {
    all_steps
    for step in "${steps[@]:2}"; do second_server; done
}

second_server() {
    start_server "$step"
    start second "$build/${step##*/}"
    ends_with 1 second
    says second $'bind: Address already in use\n'
    still_runs server
}
