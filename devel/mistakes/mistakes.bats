#!/usr/bin/env bats
# What make check says of every program in cases.py, and what docs/mistakes.md says of that.
load ../../tests/helpers

@test "mistakes: every filling, change and program earns what is written for it; the pages say so" {
    run "$root/devel/mistakes/catalogue"
    [[ $status -eq 0 ]] || fail "$output"
}
