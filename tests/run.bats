#!/usr/bin/env bats
# tests/run: it counts, names what hangs, and leaves nothing behind; and PROGRAM takes the place of a step's own program.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# write_tests FILE LINE...: writes a test file; TEST stands for the @test that bats would take for one of this file.
write_tests() {
    printf 'load %q\n' "$root/tests/helpers.bash" >"$1"
    printf '%s\n' "${@:2}" | sed 's/^TEST/@test/' >>"$1"
}

@test "run: the last line counts, a skip fails where CI is true, the tests' own make inherits nothing" {
    # shellcheck disable=SC2016  # the test there expands it
    write_tests mixed.bats 'TEST "green" { [[ -z ${MAKEFLAGS:-}${STEP:-} ]]; }' 'TEST "left out" { skip "why"; }'
    write_tests red.bats 'TEST "red" { start_server step05-write; false; }'
    CI='' STEP=9 run "$root/tests/run" "$work/mixed.bats"
    [[ $status -eq 0 && ${lines[-1]} == "1 passed, 0 failed, 1 skipped" && ${lines[0]} == 1..2 ]] || fail "$output"
    CI=true run "$root/tests/run" "$work/mixed.bats"
    [[ $status -eq 1 ]] || fail "$output"
    printf -v command '%q ' "$root/tests/run" "$work/red.bats" "$work/mixed.bats"
    CI='' run python3 -c 'import pty, sys; sys.exit(pty.spawn(["sh", "-c", sys.argv[1]]) >> 8)' "$command"
    [[ $status -eq 1 && $output == *"not ok 1 red"*"red.bats, line 2)"* && $output != *"ok 1 green"* ]] || fail "$output"
    [[ $output == *"/red.bats: 0 passed, 1 failed, 0 skipped, "*" s"* && $output == *"/mixed.bats: 1 passed, 0 failed, 1 skipped, "*" s"* ]] || fail "$output"
}

@test "run: what hangs is ended after LIMIT and named; interrupted, it leaves no process behind" {
    write_tests hangs.bats 'TEST "quick" { true; }' 'TEST "endless" { start_server step03-listen; sleep 54321; }'
    LIMIT=1 run "$root/tests/run" "$work/hangs.bats"
    [[ $status -eq 1 && $output == *"not ok 2 $work/hangs.bats: no end after 1 s, in: @test \"endless\" "* ]] || fail "$output"
    for signal in INT TERM; do
        start run tests/run "$work/hangs.bats"
        wait_until 10 pgrep -f 'sleep 54321' >/dev/null
        kill -s "$signal" "$pid"
        finish run
        ! pgrep -f 'sleep 54321|step03-listen' || fail "SIG$signal leaves that."
    done
}

@test "run: where no namespace can be made, a taken port is one message with who holds it, and then all run alone" {
    mkdir bin
    printf '#!/bin/sh\nexit 1\n' >bin/unshare
    chmod +x bin/unshare
    start_server step05-write
    PATH=$work/bin:$PATH run "$root/tests/run" 01
    [[ $output == "run: port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid" ]] || fail "$output"
    stop server
    PATH=$work/bin:$PATH run "$root/tests/run" 01 02
    [[ $status -eq 0 && ${lines[-1]} == "6 passed, 0 failed, 0 skipped" ]] || fail "$output"
    run "$root/tests/run" nothing.bats
    [[ $status -eq 2 && $output == "run: there is no file nothing.bats" ]] || fail "$output"
}

@test "run: PROGRAM in another language takes the place of the step's own" {
    cat >server.py <<'END'
import socket
server = socket.create_server(("0.0.0.0", 8001))
while True:
    client, _ = server.accept()
    client.close()
    print("closed", file=open(__file__ + ".did", "w"))
END
    PROGRAM="python3 $work/server.py" run "$root/tests/run" 04
    [[ $status -eq 0 && ${lines[-1]} == "3 passed, 0 failed, 0 skipped" && -e server.py.did ]] || fail "$output"
}
