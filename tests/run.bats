#!/usr/bin/env bats
# tests/run: it counts, names what hangs, and leaves nothing behind.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# write_tests FILE LINE...: writes a test file. TEST stands for the @test that bats would take for
# one of this file.
write_tests() {
    printf 'load %q\n' "$root/tests/helpers.bash" >"$1"
    printf '%s\n' "${@:2}" | sed 's/^TEST/@test/' >>"$1"
}

@test "run: the last line counts; a skip fails where CI is true; make's own variables are gone" {
    # shellcheck disable=SC2016  # the test there expands it
    write_tests mixed.bats 'TEST "green" { [[ -z ${MAKEFLAGS:-$STEP} ]]; }' 'TEST "out" { skip; }'
    write_tests red.bats 'TEST "red" { start_server step05-write; false; }'
    CI='' STEP=9 run "$root/tests/run" "$work/mixed.bats"
    answers 0 $'1..2\n*1 passed, 0 failed, 1 skipped'
    CI=true run "$root/tests/run" "$work/mixed.bats"
    answers 1 '*1 passed, 0 failed, 1 skipped'
    # On a terminal: a line for each file, and all of the output only of one that failed.
    CI='' run "${on_terminal[@]}" "$root/tests/run" "$work/red.bats" "$work/mixed.bats"
    answers 1 '*not ok 1 red*red.bats, line 2)*'
    [[ $output == *"/red.bats: 0 passed, 1 failed, 0 skipped, "* && $output != *"ok 1 green"* &&
        $output == *"/mixed.bats: 1 passed, 0 failed, 1 skipped, "* ]] || fail "$output"
}

@test "run: what hangs is ended after LIMIT and named; interrupted, it leaves no process behind" {
    write_tests hangs.bats 'TEST "quick" { true; }' 'TEST "slow" { start_server step03-listen' \
        'sleep 54321; }'
    LIMIT=10 run "$root/tests/run" "$work/hangs.bats"
    answers 1 "*not ok 2 $work/hangs.bats: no end after 10 s, in: @test \"slow\" *"
    for signal in INT TERM; do
        start run tests/run "$work/hangs.bats"
        wait_until 40 pgrep -f 'sleep 54321' >/dev/null
        kill -s "$signal" "$pid"
        finish run
        wait_until 20 eval '! pgrep -f "sleep 54321|step03-listen"' ||
            fail "SIG$signal leaves that."
    done
}

@test "run: where no namespace can be made, a taken port is one message; else the files run alone" {
    mkdir bin
    printf '#!/bin/sh\nexit 1\n' >bin/unshare
    chmod +x bin/unshare
    start_server step05-write
    PATH=$work/bin:$PATH run "$root/tests/run" 01
    answers 1 "run: port 8001 is taken by a program, step05-write: kill $server_pid"
    stop server
    PATH=$work/bin:$PATH run "$root/tests/run" 01 02
    answers 0 '*2 passed, 0 failed, 0 skipped'
}
