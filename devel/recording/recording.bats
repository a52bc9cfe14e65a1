#!/usr/bin/env bats
# The recordings are what strace shows now; and what make page tells of a reader's own server, of
# which devel/recording/stories alone takes all.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "recording: a fresh one of every step and variant is the committed one" {
    [[ $(strace -V) == *" 6.1"* ]] || skip "they show strace 6.1: $(strace -V | head -n 1)"
    cd "$root"
    local all=(step* beyond/step*)
    mkdir "$work"/{committed,fresh}
    cp --parents step*/*.{strace,events} beyond/step*/*.strace "$work/committed"
    cd "$work/fresh"
    "$root/devel/recording/record" "${all[@]}"
    cd "$work"
    diff -ru committed fresh || fail "strace shows other lines. If that is meant: make transcripts"
}

@test "stories: none of a right or wrong server contradicts its trace, or the kernel (a sample)" {
    [[ ${OWN_NETWORK:-} == yes ]] || skip "no network of its own"
    "$root/devel/recording/stories" story: write/elsewhere waits-for-more precedence duplicate \
        "fork:" "threads:" "dual stack" plain.py
}
