#!/usr/bin/env bats
# What make page tells of a reader's own server. devel/recording/stories alone takes all of them.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "stories: none of a right or wrong server contradicts its trace, or the kernel (a sample)" {
    [[ ${OWN_NETWORK:-} == yes ]] || skip "no network of its own"
    "$root/devel/recording/stories" story: write/elsewhere waits-for-more precedence duplicate \
        "fork:" "threads:" "dual stack" plain.py
}
