# guard.bash: whose process is it, and is any of them left? Needs helpers.
# shellcheck shell=bash disable=SC2154  # variables come from helpers

# of_this_test: sets marked to the living processes with MARK, this test's folder, in their
# environment. False where there is none.
of_this_test() {
    local id
    marked=()
    for id in /proc/[0-9]*; do
        ! grep -qs "MARK=$work" "$id/environ" || ended "${id#/proc/}" || marked+=("${id#/proc/}")
    done
    [[ ${#marked[@]} -gt 0 ]]
}

nothing_left() { ! of_this_test; }

# leaves_nothing WHAT: has, after that, no process of this test's been left?
leaves_nothing() {
    wait_until 10 nothing_left ||
        fail "$1 leaves:" "$(tr '\0' ' ' <"/proc/${marked[0]}/cmdline")"
}
