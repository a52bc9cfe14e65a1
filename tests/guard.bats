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
watcher = guard.os.getpid()
guard.begin()
server = guard.Guarded(["strace", "-f", "-o", "/dev/null", "bash", "-c", "trap '' INT TERM HUP QUIT; sleep 1000 & exec build/step05-write"], stdout=guard.NOTHING)
other = guard.Guarded(["sleep", "1000"])
while len(server.processes()) < 2:
    time.sleep(0.01)
print("watcher", watcher, "worker", guard.os.getpid(), "strace", server.pid, "all", server.pid, other.pid, *server.processes(), flush=True)
while server.poll() is None and other.poll() is None:
    time.sleep(0.01)
server.end()
other.end()
END
    start tool "$@" python3 "$work/tool.py" "$root/tools"
    wait_until 20 test -s tool.out || fail "$(<tool.err)"
    read -r _ watcher _ worker _ strace _ all <tool.out
}

none_left() {
    local id
    for id in $watcher $worker $all; do ended "$id" || return 1; done
}

# shellcheck disable=SC2034  # named by victim
@test "guard: SIGKILL of watcher, worker, their parent, strace, or all that the terminal knows: nothing is left" {
    local victim all watcher worker strace parent group
    for victim in watcher worker parent strace group; do
        guarded bash -c '"$@"; true' -
        parent=$pid group=-$pid
        kill -KILL -- "${!victim}"
        wait_until 5 none_left || fail "SIGKILL of $victim leaves: $(for id in $all; do ended "$id" || tr '\0' ' ' <"/proc/$id/cmdline"; done)"
    done
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
    print(error.filename, error.strerror)
END
    [[ ${lines[*]} == "0 0 1 0 -9 0 0 0 -9 None /no-such-program No such file or directory" ]] || fail "$output"
}

@test "guard: a python3 that lacks a part, as python3-minimal does, is one line" {
    # None in that place makes its import fail.
    run python3 -c 'import sys; sys.modules["ctypes"] = None; sys.path.insert(0, sys.argv[1]); import guard' "$root/tools"
    [[ $status -eq 1 && $output == "python3 is not all here, its ctypes is missing: apt-get install libpython3-stdlib" ]] || fail "$output"
}

# leaves_nothing WHAT: seconds later, is there no process left that has MARK in its environment?
leaves_nothing() {
    wait_until 5 nothing_left || fail "$1 leaves:" "$(for file in "${marked[@]}"; do tr '\0' ' ' <"${file%environ}cmdline"; done)"
}

nothing_left() {
    mapfile -t marked < <(grep -ls "MARK=$work" /proc/[0-9]*/environ)
    [[ ${#marked[@]} -eq 0 ]]
}

# a_check COMMAND...: starts make check by that, of a server that heeds no signal, and for which it waits long.
a_check() {
    rm -f runs
    MARK=$work start check "$@" make -C "$root" check "PROGRAM=trap '' INT QUIT TERM HUP; touch $(printf %q "$work/runs"); exec sleep 1000"
    wait_until 10 test -e runs || fail "$(cat check.*)"
}

# child_of PID: prints the id of its child.
child_of() {
    local found=''
    read -r found _ <"/proc/$1/task/$1/children" || true # no end of line
    echo "$found"
}

@test "guard: make killed, or the tool by any signal, or strace: the learner's server ends with it" {
    local signal
    a_check
    kill -KILL "$pid"
    leaves_nothing "SIGKILL of make"
    for signal in KILL QUIT TERM; do
        a_check
        kill -s "$signal" "$(child_of "$pid")"
        leaves_nothing "SIG$signal of the tool"
    done
    a_check
    kill -KILL "$(child_of "$(child_of "$(child_of "$pid")")")"
    leaves_nothing "SIGKILL of strace"
    grep -q '^check: strace was killed' check.err || fail "It judges a run that it has not seen:" "$(cat check.*)"
}

# The terminal's first process does as make does: it is all that hears of the terminal's end, and waits for what it has
# started. What is printed goes elsewhere: who tries to print there would notice by that. script is the terminal.
@test "guard: a closed terminal ends what make has started there" {
    # shellcheck disable=SC2016  # the inner shell expands it
    a_check bash -c 'printf -v command " %q" "$@"; exec script -qec "trap : HUP;$command >/dev/null 2>&1; true" /dev/null' -
    kill -KILL "$pid"
    leaves_nothing "A closed terminal"
}
