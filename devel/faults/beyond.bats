#!/usr/bin/env bats
# What the servers in beyond/ do when a call fails: the fault matrix.
load ../../tests/helpers

@test "faults: every case of the steps beyond is as expected" {
    run python3 "$root/devel/faults/faults" 06 07 08 09 10 11
    [[ $status -eq 0 && ${lines[-1]%% *} -ge 100 ]] || fail "${lines[@]}"
}
