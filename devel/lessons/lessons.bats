#!/usr/bin/env bats
# The lessons say only what is so: README.md beside this file explains how a page names the source of
# each of its blocks, and experiments.py is what a reader is told to try.
# shellcheck disable=SC2154  # root comes from the helpers
load ../../tests/helpers

# Every experiment is carried out once, and each test reads what the terminals showed.
setup_file() {
    folder=${BATS_FILE_TMPDIR:-$(new_folder)} # bats before 1.4 has none
    shown=$folder/shown.json
    said=$folder/said
    export shown said
    "$BATS_TEST_DIRNAME/lessons" record "$shown" 2>"$said" 3>&- || fail "$(<"$said")"
}

@test "lessons: blocks, claims, links, minutes, budgets and both languages agree with what happens; nothing tells too early" {
    "$root/devel/lessons/lessons" check "$shown"
}

@test "lessons: fifteen kinds of slip, a few of each, and every one is noticed" {
    "$root/devel/lessons/lessons" slips "$shown"
}

@test "lessons: every experiment can be carried out here" {
    ! grep -q ': absent: ' "$said" || skip "$(<"$said")"
}
