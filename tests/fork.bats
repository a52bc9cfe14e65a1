#!/usr/bin/env bats
# What CI does in an attendee's fork: the report of make check as the summary of the run.
# shellcheck disable=SC2154  # root comes from the helper, the rest from bats
load helpers

# check_fork STATUS HEADLINE: does .ci/fork exit so, with that as the summary's first line?
check_fork() {
    rm -f summary
    GITHUB_STEP_SUMMARY=$work/summary run bash fork/.ci/fork
    [[ $status -eq $1 && $(head -n 1 summary) == "$2" ]] ||
        fail --expected "$1, $2" --found "$status, $output"
}

@test "fork: without a server.c it is left in peace; else the summary says how far it has got" {
    mkdir -p fork/beyond
    cp -r "$root"/{.ci,tools} "$root"/step0* fork
    check_fork 0 'There is no server.c here: nothing to check.'
    WORKSHOP_LANG=ja check_fork 0 'ここに server.c はありません。確認するものはありません。'
    cp "$root"/step05-*/server.c fork
    check_fork 0 '### 5 of 5 steps'
    cp "$root"/step02-*/server.c fork
    check_fork 1 '### 2 of 5 steps'
    [[ $output == *"::error file=server.c::2 of 5 steps"* ]] || fail "$output"
    grep -q '^ok *step02-bind' summary
    echo 'int main(void) { return nothing; }' >fork/server.c
    check_fork 1 '### server.c could not be checked'
    grep -q 'error: .*nothing' summary
}

@test "fork: a program that prints the last line itself and ends the judge is not believed" {
    mkdir -p fork/tools
    cp -r "$root/.ci" fork
    touch fork/server.c
    echo exit >fork/tools/setup
    echo 'echo "5 of 5 steps"; kill -KILL $$' >fork/tools/check
    check_fork 1 '### server.c could not be checked'
}
