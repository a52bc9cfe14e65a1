#!/usr/bin/env bats
# What make page tells of a reader's own server. devel/recording/programs alone takes all of them.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "stories: none of a right or wrong server contradicts its trace, or the kernel (a sample)" {
    EVERY=20 "$root/devel/recording/programs"
    "$root/devel/recording/programs" once
}
