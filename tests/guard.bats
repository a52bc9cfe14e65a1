#!/usr/bin/env bats
# Nothing outlives its parent: what tools/guard.py starts ends with whoever started it, whatever ends that.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# The tool of these tests: it starts a server, beside a second command, under strace, says all ids, and waits.
# The server has a child of its own and heeds no signal.
guarded() {
    cat >tool.py <<'END'
import sys, time
sys.path.insert(0, sys.argv[1])
import guard
guard.end_with_parent()
server = guard.Guarded(["strace", "-f", "-o", "/dev/null", "bash", "-c", "trap '' INT TERM HUP QUIT; sleep 1000 & exec build/step05-write"], stdout=guard.NOTHING)
other = guard.Guarded(["sleep", "1000"])
while len(server.processes()) < 2:
    time.sleep(0.01)
print("tool", guard.os.getpid(), "guard", server.guard, "strace", server.pid, "all", server.pid, other.pid, *server.processes(), flush=True)
while server.poll() is None and other.poll() is None:
    time.sleep(0.01)
server.end()
other.end()
END
    start tool "$@" python3 "$work/tool.py" "$root/tools"
    wait_until 20 test -s tool.out || fail "$(<tool.err)"
    read -r _ tool _ guard _ strace _ all <tool.out
}

none_left() {
    local id
    for id in $all $guard; do ended "$id" || return 1; done
}

# shellcheck disable=SC2034  # named by victim
@test "guard: SIGKILL of the tool, of the guard, of strace, or of all that the terminal knows: nothing is left" {
    local victim all tool guard strace
    for victim in tool guard strace; do
        guarded
        kill -KILL "${!victim}"
        wait_until 5 none_left || fail "SIGKILL of $victim leaves: $(for id in $all; do ended "$id" || tr '\0' ' ' <"/proc/$id/cmdline"; done)"
    done
    guarded
    kill -KILL -- "-$pid"
    wait_until 5 none_left || fail "SIGKILL of the group leaves something."
}

@test "guard: a tool whose parent is killed ends, and what it started" {
    local all guard tool
    guarded bash -c '"$@"; true' -
    [[ $tool != "$pid" ]]
    kill -KILL "$pid"
    wait_until 5 none_left || fail "Something is left."
    wait_until 5 ended "$tool" || fail "The tool is left."
}

@test "guard: it tells how the command ended, and what cannot be run" {
    run python3 - "$root/tools" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from guard import Guarded
import time
for command in (["true"], ["false"], ["bash", "-c", "kill -9 $$"], ["bash", "-c", "sleep 1000 & disown"]):
    one = Guarded(command)
    while one.poll() is None:
        time.sleep(0.005)
    one.end()
    print(one.returncode, len(one.processes()))
one, other = Guarded(["sleep", "1000"]), Guarded(["sleep", "1000"])
one.end()
print(one.returncode, other.poll())
other.end()
try:
    Guarded(["/no-such-program"])
except OSError as error:
    print(error)
END
    [[ ${lines[*]} == "0 0 1 0 -9 0 0 0 -9 None /no-such-program: No such file or directory" ]] || fail "$output"
}

@test "guard: a python3 that lacks a part, as python3-minimal does, is one line" {
    # None in that place makes its import fail.
    run python3 -c 'import sys; sys.modules["ctypes"] = None; sys.path.insert(0, sys.argv[1]); import guard' "$root/tools"
    [[ $status -eq 1 && $output == "python3 is not all here, its ctypes is missing: apt-get install libpython3-stdlib" ]] || fail "$output"
}

# leaves_nothing WHAT: two seconds later, is nobody on the port, and nothing left that has MARK in its environment?
leaves_nothing() {
    wait_until 2 nobody_listens || fail "$1 leaves the port taken."
    wait_until 2 unmarked || fail "$1 leaves:" "$(marked | while read -r id; do tr '\0' ' ' <"${id%environ}cmdline"; done)"
}

unmarked() {
    [[ -z $(marked) ]]
}

marked() {
    grep -ls "MARK=$work" /proc/[0-9]*/environ || true
}

nobody_listens() {
    ! listening
}

# a_check COMMAND...: starts make check by that, of a server that heeds no signal, and waits until that listens.
a_check() {
    cat >server <<'END'
#!/usr/bin/env bash
trap '' INT QUIT TERM HUP
exec "$0.step05"
END
    chmod +x server
    cp "$build/step05-write" server.step05
    MARK=$work start check "$@" make -C "$root" check "PROGRAM=$work/server"
    wait_until 10 listening || fail "$(cat check.*)"
}

# children_of PID: prints the ids of its children.
children_of() {
    local found=''
    read -r found <"/proc/$1/task/$1/children" || true # no end of line
    echo "$found"
}

@test "guard: make killed, or the tool by any signal, or strace: the learner's server ends with it" {
    local number guard
    for number in KILL QUIT TERM; do
        a_check
        kill -s "$number" "$pid"
        leaves_nothing "SIG$number of make"
    done
    for number in KILL QUIT HUP; do
        a_check
        kill -s "$number" "$(children_of "$pid")"
        leaves_nothing "SIG$number of the tool"
    done
    a_check
    guard=$(children_of "$(children_of "$pid")")
    kill -KILL "$(children_of "$guard")"
    leaves_nothing "SIGKILL of strace"
    grep -q '^check: strace was killed' check.err || fail "It judges a run that it has not seen:" "$(cat check.*)"
}

# make, the terminal's first process, is all that hears of its end, and waits for what it has started.
@test "guard: a closed terminal ends what make has started there" {
    cat >terminal.py <<'END'
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said = b""
try:
    while not os.path.exists(sys.argv[0] + ".close"):
        if select.select([terminal], [], [], 0.01)[0]:
            said += os.read(terminal, 4096)
except OSError:  # its first process has ended
    sys.exit(said.decode())
END
    a_check python3 "$work/terminal.py"
    touch terminal.py.close
    leaves_nothing "A closed terminal"
    rm terminal.py.close
    printf -v helpers %q "$root/tests/helpers.bash"
    # shellcheck disable=SC2016  # the test there expands it
    printf '%s\n' "load $helpers" 'TEST "waits" {' 'start_server step05-write' 'echo ok >"$MARK/begun"' 'wait_until 20 false' '}' |
        sed 's/^TEST/@test/' >waits.bats
    # Nothing of the bats here: what it exports would confuse the other one.
    start check env -i PATH="${PATH//$BATS_LIBEXEC:/}" HOME="$work" MARK="$work" TMPDIR="${TMPDIR:-}" PREPARED="$PREPARED" STRACE_WORKS=yes WORKSHOP_LANG=en \
        python3 "$work/terminal.py" "$build/launch" --here devel/test "$work/waits.bats"
    wait_until 30 test -s begun || fail "$(cat check.*)"
    touch terminal.py.close
    leaves_nothing "The terminal of make test, closed,"
}
