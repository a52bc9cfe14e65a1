#!/usr/bin/env bats
# What is promised of every step's files: each adds its calls and nothing else, and its own tests
# tell it from its neighbour.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers

setup_file() {
    unset PROGRAM
    prepare
}

# each_step COMMAND...: runs COMMAND with each step in step, the one before it in before, and its
# promise loaded.
each_step() {
    local step before='' each=("$@")
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        "${each[@]}"
        before=$step
    done
}

# words_not_in THESE THOSE: prints the words of THOSE that THESE has not.
words_not_in() {
    local word found=()
    for word in $2; do [[ " $1 " == *" $word "* ]] || found+=("$word"); done
    echo "${found[*]}"
}

# a_step_further: do the transcript and the promise show the same new calls, and are these all that
# server.c adds? Of the lines before, only the header, the greeting and the call that the promise
# removes may differ.
a_step_further() {
    local now earlier='' lines line added=''
    local most=(24 36 42 60 66)
    now=$(calls_once "$root/$step/server.strace")
    [[ -z $before ]] || earlier=$(calls_once "$root/$before/server.strace")
    [[ $(words_not_in "$earlier" "$now") == "$calls_added" ]] ||
        fail --expected "$step: $calls_added" --found "$(words_not_in "$earlier" "$now")"
    [[ $(words_not_in "$now" "$earlier") == "$calls_removed" ]] ||
        fail --expected "$step: without $calls_removed" --found "$(words_not_in "$now" "$earlier")"
    [[ $step != beyond/* ]] || return 0
    mapfile -t lines <"$root/$step/server.c"
    ((${#lines[@]} <= most[10#${step:4:2} - 1])) || fail "$step/server.c is too long."
    while IFS= read -r line; do
        case $line in
            '> '*) added+=" $line" ;;
            '< //'* | '<     fprintf(stderr, "S'*) ;;
            '< '*) [[ -n $calls_removed && $line == *"$calls_removed("* ]] || fail "Gone from $step: $line" ;;
        esac
    done < <(diff "${before:+$root/$before/server.c}" "$root/$step/server.c" 2>/dev/null)
    for call in $calls_added; do
        [[ -z $before || $added =~ [^a-z_]${call/rt_sigaction/signal}\( ]] || fail "$step does not add $call."
    done
}

@test "steps: each server.c is the one before plus its new calls, which its promise and transcript name, and short" {
    each_step a_step_further
}

# ask_the_one_before: adds the step's first test to all.bats, and the program of the step before it
# to programs. Before the first step comes a program that opens no socket at all.
ask_the_one_before() {
    local name=${step##*/} previous=true
    name=${name%%-*}
    [[ -z $before ]] || previous=$build/${before##*/}
    sed '/^load /d; /^}/q' "$root/tests/$name.bats" >>all.bats
    printf 'test_%s*) exec %q ;; ' "$name" "$previous" >>programs
}

# One file, which bats begins once; the program knows by the test's name whose turn it is.
@test "steps: each step's own first test fails on the program of the step before" {
    printf 'load %q\n' "$root/tests/helpers.bash" "$root/tests/beyond.bash" >all.bats
    each_step ask_the_one_before
    # shellcheck disable=SC2016  # the program's own shell expands it
    PROGRAM=$(printf 'case $BATS_TEST_NAME in %s esac' "$(<programs)") run "$root/tests/run" "$work/all.bats"
    [[ $(grep -c '^not ok' <<<"$output") -eq ${#steps[@]} && $output != *$'\n'ok* ]] || fail "$output"
}
