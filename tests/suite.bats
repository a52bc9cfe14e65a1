#!/usr/bin/env bats
# The tests themselves: what is in their way is one message, and they leave nothing behind.
load helpers

# room FILE TEXT: writes a test file into this test's folder; TEST in it stands for @test, which bats would
# take for a test of this file. It loads the helpers here.
room() {
    { printf 'load %q\n' "$root/tests/helpers.bash" && sed 's/^TEST/@test/'; } >"$1"
}

@test "suite: a taken port is one message, with who holds it, before anything runs" {
    local said
    start_server step05-write
    run "$root/devel/test"
    [[ $status -eq 1 && $output == "test: port 8001 is taken by step05-write (process $server_pid). Stop it first: kill $server_pid" ]] || fail "$output"

    kill -STOP "$server_pid"
    WORKSHOP_LANG=ja run "$root/devel/test"
    kill -CONT "$server_pid"
    [[ $output == *"先に終了させてください: kill $server_pid; kill -CONT $server_pid" ]] || fail "$output"

    PREPARED='' run bats --tap "$root/tests/step01.bats" "$root/tests/step02.bats"
    # Before bats 1.7 each test says it: there is no place for what concerns all.
    said=$(grep -c 'port 8001 is taken by step05-write' <<<"$output")
    [[ $status -ne 0 && ($said -eq 1 || ($said -gt 1 && $(bats --version) == *' 1.'[0-6].*)) ]] || fail "$output"
    ! grep '^ok' <<<"$output" || fail "Tests ran all the same."
}

@test "suite: a test that fails names its line; that, or interrupted in the middle, it leaves no server behind" {
    local signal
    room red.bats <<'END'
TEST "red" {
    start_server step05-write
    echo "$server_pid" >>"$SERVERS"
    [[ -z ${WAIT:-} ]] || wait_until 20 false
    [[ $server_pid == 1 ]]
}
END
    export SERVERS=$work/servers
    run bats --tap red.bats
    # shellcheck disable=SC2016  # so bats shows it
    [[ $status -ne 0 && $output == *"not ok 1 red"*"red.bats, line 6)"*'`[[ $server_pid == 1 ]]'"' failed"* ]] || fail "$output"
    ended "$(<servers)"
    # The terminal's first process does as make does: it hears of the terminal's end, and waits. script is the terminal.
    # shellcheck disable=SC2016  # the inner shell expands it
    echo 'printf -v test %q "$1"; exec script -qec "trap : HUP; devel/test $test; true" /dev/null' >terminal
    # shellcheck disable=SC2016
    echo 'MAKELEVEL=1 setsid devel/test "$1"; true' >maker
    for signal in 'KILL bats --tap' 'TERM devel/test' 'INT devel/test' "KILL bash $work/terminal" "KILL bash $work/maker"; do
        rm servers
        # shellcheck disable=SC2086  # several words
        TMPDIR=$work WAIT=yes start run ${signal#* } "$work/red.bats"
        wait_until 10 test -s servers || fail "$(cat run.*)"
        signal_group "${signal%% *}" "$pid"
        wait_until 10 ended "$(<servers)" || fail "$signal leaves a server."
    done
}

@test "suite: PROGRAM in another language takes the place of the step's own" {
    cat >server.py <<'END'
import socket
server = socket.create_server(("0.0.0.0", 8001))
while True:
    client, _ = server.accept()
    print("closed", file=open(__file__ + ".did", "w"))
    client.close()
END
    PROGRAM="python3 $work/server.py" run bats --tap --filter 'Ruby client|strace' "$root/tests/step04.bats"
    [[ $status -eq 0 && $output == *"ok 1 step04: the C, the Python and the Ruby client connect, and get nothing"* && -e server.py.did ]] || fail "$output"
    [[ $(grep -c '# skip' <<<"$output") -eq 1 ]]
}

@test "suite: the closing line counts, on CI a skip is a failure, and the tests' own make inherits nothing" {
    local command
    # shellcheck disable=SC2016  # the test there expands it
    printf '%s\n' 'TEST "green" { [[ -z ${MAKEFLAGS:-}${STEP:-} ]]; }' 'TEST "left out" { skip "for a reason"; }' | room mixed.bats
    # A disk of Windows', under WSL, takes no named pipe.
    mkdir bin
    printf '#!/bin/sh\necho "mkfifo: Operation not permitted" >&2\nexit 1\n' >bin/mkfifo
    chmod +x bin/mkfifo
    PATH=$work/bin:$PATH CI='' STEP=9 run "$root/devel/test" "$work/mixed.bats"
    [[ $status -eq 0 && ${lines[-1]} == "1 passed, 0 failed, 1 skipped" && ${lines[0]} == 1..2 ]] || fail "$output"
    CI=true run "$root/devel/test" "$work/mixed.bats"
    [[ $status -eq 1 ]] || fail "$output"
    room red.bats <<<'TEST "red" { false; }'
    # On a terminal: a line for each file, and all of the output only of one that failed.
    printf -v command '%q ' "$root/devel/test" "$work/red.bats" "$work/mixed.bats"
    CI='' run script -qec "$command" /dev/null
    [[ $status -eq 1 && $output == *"not ok 1 red"* && $output != *"ok 1 green"* && $output == *$'\n1 passed, 1 failed, 1 skipped'* ]] || fail "$output"
    [[ $output == *"/red.bats"*"0 passed, 1 FAILED"*" s"* && $output == *"/mixed.bats"*"  1 passed"*" s"* ]] || fail "$output"
}

@test "suite: CI runs what exists here; the container installs what tools/setup lists, and nothing else, and may trace" {
    cd "$root"
    ruby -ryaml - <<'END'
%w[test fork].each do |name|
  workflow = YAML.load_file(".github/workflows/#{name}.yml")
  jobs = workflow.fetch("jobs").values
  commands = jobs.flat_map { |job| job["steps"] }.filter_map { |step| step["run"] }
  abort "#{name}: no runner" unless jobs.all? { |job| job["runs-on"] == "ubuntu-latest" }
  abort "#{name}: no trigger" unless workflow.size == 4 && workflow["permissions"] == { "contents" => "read" }
  abort "#{name}: no program here: #{commands}" unless commands.one? && File.executable?(commands[0])
end
container = YAML.load_file(".devcontainer/devcontainer.json")
abort "other build" unless container["build"] == { "dockerfile" => "Dockerfile", "context" => ".." }
abort "it may not trace" unless container["runArgs"].include?("--cap-add=SYS_PTRACE")
END
    [[ $(grep -E '^(COPY|RUN|ADD)|apt|apk|dnf' .devcontainer/Dockerfile) == 'COPY tools/setup /tmp/setup
RUN sh /tmp/setup && rm -rf /tmp/setup /var/lib/apt/lists/*' ]] || fail "Something else is installed."
}
