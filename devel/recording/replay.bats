#!/usr/bin/env bats
# The model of what the kernel holds, against the kernel.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "model: after every recorded call the kernel has the sockets that the model says" {
    [[ ${OWN_NETWORK:-} == yes ]] || skip "no network of its own"
    cd "$root"
    python3 devel/recording/replay.py step*/*.events
}
