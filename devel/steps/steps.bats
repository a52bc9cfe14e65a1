#!/usr/bin/env bats
# What is promised of every step's files: each adds its calls and nothing else, and its own tests
# tell it from its neighbour.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers

setup_file() {
    unset PROGRAM
    prepare
}

# words_not_in THESE THOSE: prints the words of THOSE that THESE has not.
words_not_in() {
    comm -13 <(tr ' ' '\n' <<<"$1" | sort) <(tr ' ' '\n' <<<"$2" | sort) | paste -s -d ' ' -
}

# a_step_further: do the transcript and the promise show the same new calls, and are these all that
# server.c adds? Of the lines before, only the header, the greeting and the call that the promise
# removes may differ.
a_step_further() {
    local now earlier='' call most=(24 36 42 60 66)
    now=$(calls_once "$root/$step/server.strace")
    [[ -z $before ]] || earlier=$(calls_once "$root/$before/server.strace")
    answers_of "$(words_not_in '' "$calls_added")" "$(words_not_in "$earlier" "$now")"
    answers_of "$calls_removed" "$(words_not_in "$now" "$earlier")"
    [[ $step != beyond/* ]] || return 0
    (($(wc -l <"$root/$step/server.c") <= most[10#${step:4:2} - 1])) || fail "$step is too long."
    [[ -n $before ]] || return 0
    diff "$root/$before/server.c" "$root/$step/server.c" >changes || true
    ! grep '^<' changes | grep -vE "^< (//|    fprintf\(stderr|.*\b${calls_removed:-//}\()" >gone ||
        fail "$step has changed or removed:" "$(<gone)"
    for call in ${calls_added/rt_sigaction/signal}; do
        grep -q "^>.*\b$call(" changes || fail "$step does not add $call."
    done
}

answers_of() {
    [[ $1 == "$2" ]] || fail --expected "$step: $1" --found "$step: $2"
}

@test "steps: each server.c is the one before plus its new calls, as promised, and short" {
    local before=''
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        a_step_further
        before=$step
    done
}

# The program knows by the test's name whose turn it is. Before the first step comes one that opens
# no socket at all.
@test "steps: each step's own first test fails on the program of the step before" {
    # shellcheck disable=SC2016  # the program's own shell expands it
    local previous=true program='case $BATS_TEST_NAME in ' numbers=() first=()
    all_steps
    for step in "${steps[@]##*/}"; do
        numbers+=("${step:4:2}")
        first+=("$(grep -m 1 '^@test' "$root/tests/${step%%-*}.bats" | cut -d '"' -f 2)")
        printf -v program '%stest_%s*) exec %q ;; ' "$program" "${step%%-*}" "$previous"
        previous=$build/$step
    done
    FILTER=$(IFS='|' && echo "^(${first[*]})\$") PROGRAM="$program esac" PATIENCE=3 \
        run "$root/tests/run" "${numbers[@]}"
    answers 1 "*0 passed, ${#steps[@]} failed, 0 skipped"
}
