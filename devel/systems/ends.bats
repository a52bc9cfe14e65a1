#!/usr/bin/env bats
# Nothing outlives its starter (tools/guard.py), whenever it ends: make check, demo or trace on a
# terminal gets a random signal at a random moment, or its terminal is closed.
# LIMIT=900 ROUNDS=200 tests/run devel/systems/ends.bats asks more often than make proofs.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers
load ../../tests/guard

# A finished server, one that heeds no signal, and one that daemonises.
programs=("build/step05-write" "trap '' INT QUIT TERM HUP; while :; do build/step05-write; done"
    "setsid -f build/step04-accept; sleep 1000")
tools=(check demo trace)
signals=(INT QUIT TERM HUP KILL)

# victim: sets it to make, to one of the tool's processes, or to strace.
victim() {
    local id name all=("$make")
    of_this_test || true
    for id in "${marked[@]}"; do
        read -r name 2>/dev/null <"/proc/$id/comm" || continue
        [[ $name != @(python3|strace) ]] || all+=("$id")
    done
    victim=${all[RANDOM % ${#all[@]}]}
}

@test "ends: a signal or a closed terminal at any moment: no process and no port is left" {
    local round program tool signal make victim marked moments
    for ((round = 0; round < ${ROUNDS:-5}; round++)); do
        program=${programs[RANDOM % 3]} tool=${tools[RANDOM % 3]} signal=${signals[RANDOM % 5]}
        [[ $tool != demo ]] || program=''
        MARK=$work start tool "${on_terminal[@]}" \
            make -C "$root" "$tool" ${program:+"PROGRAM=$program"}
        wait_until 5 pgrep -P "$pid" >/dev/null || fail "make does not start: $(<tool.err)"
        make=$(pgrep -P "$pid")
        moments=("0.0$((RANDOM % 5))" "0.$((RANDOM % 10))" "1.$((RANDOM % 4))")
        sleep "${moments[RANDOM % 3]}"
        victim
        if ((RANDOM % 10 == 0)); then
            kill -KILL "$pid" || true # who has the other end of the terminal
        else
            kill -s "$signal" "$victim" || true
            # Not every process heeds every signal, and one may come too late.
            wait_until 3 nothing_left || kill -KILL "$make" || true
        fi 2>/dev/null
        wait_until 10 nothing_left ||
            fail "make $tool $program, SIG$signal: left $(ps -o args= -p "${marked[*]}")"
        ! listening || fail "make $tool $program, SIG$signal: the port is taken."
    done
}
