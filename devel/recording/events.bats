#!/usr/bin/env bats
# The recordings with both sides in one order, and the model of what the kernel holds, against the kernel itself.

# shellcheck source=../network.bash
source "$BATS_TEST_DIRNAME/../network.bash"

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cd "$root" || return
    shopt -s nullglob
    recorded=(step*/request.events beyond/step*/request.events)
    steps=("${recorded[@]%/request.events}")
    programs=("${steps[@]##*/}")
    folder=${BATS_TEST_TMPDIR:-$(mktemp -d)} # bats before 1.4 has none
    make --no-print-directory -s build/launch clients/client "${programs[@]/#/build/}" >&2
    export PYTHONPYCACHEPREFIX=$root/build/pycache
}

teardown() {
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$folder"
}

# require_a_wire: skips where this user may not make a network of its own, or no kernel knows of such devices.
require_a_wire() {
    [[ $(uname -m) == x86_64 ]] || skip "the call numbers are those of x86-64"
    alone true 2>/dev/null || skip "no right to make a network of one's own"
    [[ -w /dev/net/tun ]] || skip "no /dev/net/tun"
}

@test "events: a fresh recording of every step is the committed one, to the byte" {
    local step
    devel/recording/events --into "$folder" "${steps[@]}"
    for step in "${steps[@]}"; do
        diff -u "$step/request.events" "$folder/$step/request.events"
    done
}

@test "events: in every moment of every step the kernel holds what the model says, packet by packet" {
    require_a_wire
    run alone python3 devel/recording/kernel.py 5 "${steps[@]}"
    echo "$output"
    [[ $status -eq 0 && $(grep -c comparisons <<<"$output") -eq ${#steps[@]} ]]
}

@test "events: a model with one rule broken is found out" {
    require_a_wire
    alone python3 - <<'END'
import os, sys
sys.path.insert(0, "devel/recording")
import kernel
from story import model, tcp

def found_out(old, new):
    """Is it, with NEW in place of OLD in the model? In a process of its own."""
    changed = 0
    for module in (tcp, model):
        with open(module.__file__, encoding="utf-8") as file:
            text = file.read()
        changed += text.count(old)
        exec(text.replace(old, new), vars(module))
    try:
        assert changed == 1, "it is not in the model"
        kernel.play("step05-write", 0.7)
    except SystemExit as said:
        return str(said).startswith("step05-write, moment")
    return False

for old, new in [
    ('sock["state"], other["state"] = "FIN-WAIT-2", "CLOSE-WAIT"', 'other["state"] = "CLOSE-WAIT"'),
    ('other.update(state="TIME-WAIT", eof=False)', 'del self.sockets[other["id"]]'),
    ('listener["queue"].append(other["id"])', 'pass'),
]:
    pid = os.fork()
    if pid == 0:
        os._exit(0 if found_out(old, new) else 1)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit(f"not found out: {old}")
END
}
