#!/usr/bin/env bats
# The rule book of make check: each mistake is provoked, and gets exactly its identifier; right servers get none.
# shellcheck disable=SC2154  # variables come from helpers

load ../../tests/helpers

# catalogue ARGUMENT...: is all as it should be?
catalogue() {
    "$root/devel/mistakes/catalogue" "$@" >reports 2>&1 || fail "$(<reports)"
}

@test "mistakes: each is recognised, at its step, and docs/mistakes.md says what a run shows; no entry has a gap" {
    catalogue
}

@test "mistakes: correct servers in other styles and languages pass, without a hint" {
    catalogue --correct
}

@test "mistakes: with another port, the hints are about that one" {
    PORT=9001 catalogue bind/no-htons bind/other-port bind/port-in-address bind/port-taken
    sed 's/8001/9001/; s/htons(9001)/9001/' "$root/step05-write/server.c" >server.c
    run python3 "$root/tools/judge" check 9001
    [[ $output == *"9001 is 0x2329, and its two bytes the other way round, 0x2923, are 10531."* ]] || fail "$output"
}

# On a busy machine a client may have gone before a child writes to it; then the parent's accept is interrupted.
@test "mistakes: a program that has gone back to accept did not end because of the write before" {
    python3 - "$root/tools" <<'END' || fail "See above."
import sys
from types import SimpleNamespace as Thing
sys.path.insert(0, sys.argv[1])
from judge.mistakes.writes import died_of
write = Thing(name="write", error="EPIPE", socket=1)
accept = Thing(name="accept", error="EINTR", new_socket=None)
assert died_of(Thing(ended=True, trace=Thing(calls=[write]))) is write
assert died_of(Thing(ended=True, trace=Thing(calls=[write, accept]))) is None, "The write is blamed."
END
}
