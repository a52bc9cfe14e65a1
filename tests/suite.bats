#!/usr/bin/env bats
load test_helper

# suite FILE-NAME: writes a test file into a copy of the helper's folder, for bats to run. In it TEST
# stands for @test, which bats would take for a test of this file.
suite() {
    mkdir -p tests
    copy_built .
    ln -sf "$root/tests/hostile.c" tests/
    ln -sfn "$root"/{tools,clients,Makefile} "$root"/step* .
    cp "$root/tests/test_helper.bash" "$root/tests/setup_suite.bash" tests/
    sed 's/^TEST/@test/' >>"tests/$1"
}

nobody_listens() {
    ! listening
}

@test "suite: a taken port is one message, with who holds it, before anything runs" {
    step=step05-write
    load_promise "$step"
    start_server
    run "$root/tools/test"
    [[ $status -eq 1 && $output == "test: port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid" ]] || fail "$output"

    kill -STOP "$server_pid"
    run "$root/tools/test"
    kill -CONT "$server_pid"
    [[ $output == *"(process $server_pid). Stop it first: kill $server_pid; kill -CONT $server_pid" ]] || fail "$output"

    run bats --tap "$root/tests/step01.bats" "$root/tests/step02.bats"
    [[ $status -ne 0 && $(grep -c 'port 8001 is taken by step05-write' <<<"$output") -eq 1 ]] || fail "$output"
    ! grep '^ok' <<<"$output" || fail "Tests ran all the same."
}

@test "suite: a test that fails leaves no server behind" {
    suite red.bats <<'END'
load test_helper
TEST "red" {
    step=step05-write
    load_promise "$step"
    build=$BUILD
    start_server
    false
}
END
    BUILD=$build run bats --tap tests/red.bats
    [[ $status -ne 0 && $output == *"not ok 1 red"* ]] || fail "$output"
    nobody_listens
}

@test "suite: interrupted in the middle, it leaves no server behind" {
    local signal
    for signal in INT TERM KILL; do
        TMPDIR=$work start "$signal" bats --tap "$root/tests/step03.bats"
        wait_until 10 listening || fail "$(cat "$signal.out" "$signal.err")"
        kill -s "$signal" -- "-$pid"
        wait_until 10 nobody_listens || fail "SIG$signal leaves: $(ss -Hltnp "sport = :$port")"
        end_group "$pid"
    done
}

@test "suite: PROGRAM in another language takes the place of the reference" {
    cat >server.py <<'END'
import socket
server = socket.create_server(("0.0.0.0", 8001))
while True:
    client, _ = server.accept()
    client.close()
END
    PROGRAM="python3 $work/server.py" run bats --tap --filter "every|transcript" "$root/tests/step04.bats"
    [[ $status -eq 0 && $output == *"ok 1 step04: every client is accepted, and hung up on"* ]] || fail "$output"
    [[ $(grep -c '# skip' <<<"$output") -eq 1 ]]
    PROGRAM="python3 $work/server.py" run bats --tap --filter 'every client' "$root/tests/step02.bats"
    [[ $status -ne 0 && $output == *"c.err is not as expected"* ]] || fail "$output"
}

@test "suite: the closing line counts, and on CI a skip is a failure" {
    suite mixed.bats <<'END'
TEST "green" { true; }
TEST "left out" { skip "for a reason"; }
END
    CI='' run "$root/tools/test" "$work/tests/mixed.bats"
    [[ $status -eq 0 && ${lines[-1]} == "1 passed, 0 failed, 1 skipped" ]] || fail "$output"
    CI=true run "$root/tools/test" "$work/tests/mixed.bats"
    [[ $status -eq 1 ]] || fail "$output"
    suite mixed.bats <<<'TEST "red" { false; }'
    run "$root/tools/test" "$work/tests/mixed.bats"
    [[ $status -eq 1 && ${lines[-1]} == "1 passed, 1 failed, 1 skipped" ]] || fail "$output"
}

@test "suite: STEP is one step's tests, and the tests' own make does not inherit it" {
    # shellcheck disable=SC2016  # the test there expands it
    suite step03.bats <<<'TEST "alone" { [[ -z ${MAKEFLAGS:-}${STEP:-} ]]; }'
    run make --no-print-directory test STEP=3
    [[ $status -eq 0 && $output == *$'\n'"ok 1 alone"$'\n'"1 passed, 0 failed" ]] || fail "$output"
    run make --no-print-directory test STEP=9
    [[ $status -ne 0 && ${lines[0]} == "There is no step '9'. The steps are: step01-socket "* ]] || fail "$output"
}
