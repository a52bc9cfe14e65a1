#!/usr/bin/env bats
# The recordings, and the model of what the kernel holds, against the kernel itself.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers
load ../network
load transcript

@test "recording: a fresh one of every step is the committed one, but for what each machine does its own way" {
    cd "$root"
    local all=(step* beyond/step*)
    mkdir "$work"/{committed,fresh}
    cp --parents step*/{*.strace,request.events} beyond/step*/*.strace "$work/committed"
    cd "$work/fresh"
    "$root/devel/recording/record" "${all[@]}"
    cd "$work"
    portable_transcript -i {committed,fresh}/{,beyond/}step*/*.strace
    portable_curl -i {committed,fresh}/beyond/step*/client.strace
    diff -ru committed fresh || fail "That is not what strace shows now. If the change is meant: make transcripts"
}

# in_a_network COMMAND...: runs it where it may make networks, and hold their wires; else skips.
in_a_network() {
    [[ $(uname -m) == x86_64 ]] || skip "the call numbers are those of x86-64"
    alone true 2>/dev/null || skip "no right to make a network of one's own"
    [[ -w /dev/net/tun ]] || skip "no /dev/net/tun"
    alone "$@"
}

@test "events: in every moment of every step the kernel holds what the model says, packet by packet" {
    cd "$root"
    in_a_network python3 devel/recording/kernel.py 5 step*
}

@test "events: a model with one rule broken is found out" {
    cd "$root"
    in_a_network python3 - <<'END'
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
