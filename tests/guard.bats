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
server = guard.Guarded(["strace", "-f", "-o", "/dev/null", "bash", "-c", "trap '' INT TERM HUP QUIT; sleep 1000 & exec python3 -m http.server 8001"])
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
    Guarded(["no-such-program"])
except OSError as error:
    print(error)
END
    [[ ${lines[*]} == "0 0 1 0 -9 0 0 0 -9 None no-such-program: No such file or directory" ]] || fail "$output"
}
