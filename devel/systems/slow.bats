#!/usr/bin/env bats
# A program that takes its time is waited for: an own file, so that nobody waits for it.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "systems: a program that sleeps for longer than ten seconds before its first socket is not given up" {
    CHECK_STEP=1 run "$root/tools/check" "sleep 11; exec $built/step01-socket"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
}
