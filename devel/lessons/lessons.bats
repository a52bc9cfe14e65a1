#!/usr/bin/env bats
# Every screen, transcript, command and line of code on the pages is what a real run shows.
# shellcheck disable=SC2154  # root comes from the helpers
load ../../tests/helpers

@test "pages: every block holds what a real run shows, in both languages; links and minutes hold" {
    unshare --net --pid --fork true 2>/dev/null || skip "no right to make a network of one's own"
    [[ $(strace -V) == *" 6.1"* ]] || skip "the pages show strace 6.1: $(strace -V | head -n 1)"
    "$root/devel/lessons/lessons" check >wrong 2>absent || fail "$(cat wrong absent)"
    sed 's/^/# not shown here: /' absent >&3
}
