#!/usr/bin/env bats
# The lessons say only what is so: README.md beside this file explains how a page names the source of
# each of its blocks, and experiments.py is what a reader is told to try.
# shellcheck disable=SC2154  # root comes from the helpers
load ../../tests/helpers
# shellcheck source=../network.bash
source "$root/devel/network.bash"

@test "lessons: what the pages say is so, in both languages; nothing tells too early; 15 kinds of slip are noticed" {
    alone true 2>/dev/null || skip "no right to make a network of one's own"
    alone "$root/devel/lessons/lessons" check >wrong 2>said || fail "$(cat wrong said)"
    ! grep -q ': absent: ' said || skip "$(<said)"
}
