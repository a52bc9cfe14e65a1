#!/usr/bin/env bats
# What CI does in an attendee's fork: the report of make check as the summary of the run.
# shellcheck disable=SC2154  # root comes from the helper, the rest from bats
load helpers

export WORKSHOP_LANG=en

check_fork() {
    rm -f summary
    GITHUB_STEP_SUMMARY=$work/summary run fork/.ci/fork
}

@test "fork: without a server.c it is left in peace; else that is built and checked, and the summary says how far it has got" {
    mkdir fork
    cp -r "$root"/{.ci,tools} "$root"/step0* "$root"/beyond fork
    check_fork
    [[ $status -eq 0 && $output == "There is no server.c here: nothing to check." ]] || fail "$output"
    grep -q 'nothing to check' summary
    WORKSHOP_LANG=ja check_fork
    grep -q 'server.c はありません' summary

    cp "$root"/step05-*/server.c fork/server.c
    check_fork
    [[ $status -eq 0 && $(head -n 1 summary) == "### 5 of 5 steps" ]] || fail "$output" "$(cat summary)"

    cp "$root"/step02-*/server.c fork/server.c
    check_fork
    [[ $status -eq 1 && $(head -n 1 summary) == "### 2 of 5 steps" ]] || fail "$output" "$(cat summary)"
    grep -q '^ok *step02-bind' summary
    grep -q 'make explain MISTAKE=listen/not-reached' summary
    [[ $output == *"::error file=server.c::2 of 5 steps"* ]] || fail "$output"
    WORKSHOP_LANG=ja check_fork
    [[ $(head -n 1 summary) == "### 5 ステップ中 2 ステップ達成" ]] || fail "$(cat summary)"
    grep -q '^未達成 *step03-listen' summary

    echo 'int main(void) { return nothing; }' >fork/server.c
    check_fork
    [[ $status -eq 1 && $(head -n 1 summary) == "### server.c could not be checked" ]] || fail "$output" "$(cat summary)"
    grep -q "error: .*nothing" summary
}
