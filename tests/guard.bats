#!/usr/bin/env bats
# Nothing outlives its starter (tools/guard.py): make check stands for every tool that runs a
# server.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# a_check COMMAND...: starts make check by that command, of a server that heeds no signal. Each
# process of it has MARK in its environment.
a_check() {
    rm -f runs
    MARK=$work start check "$@" make -C "$root" check \
        "PROGRAM=trap '' INT QUIT TERM HUP; touch $(printf %q "$work/runs"); exec sleep 1000"
    wait_until 20 test -e runs || fail "$(cat check.*)"
}

leaves_nothing() {
    wait_until 10 nothing_left || fail "$1 leaves:" "$(tr '\0' ' ' <"/proc/$marked/cmdline")"
}

# nothing_left: has no living process the mark?
nothing_left() {
    local id
    for id in /proc/[0-9]*; do
        marked=${id#/proc/}
        ! grep -qs "MARK=$work" "$id/environ" || ended "$marked" || return 1
    done
}

# child_of PID: prints the id of its first child.
child_of() {
    local found=''
    read -r found _ <"/proc/$1/task/$1/children" || true # no end of line
    echo "$found"
}

@test "guard: make, the tool or strace killed, or a signal to the tool: the server ends with it" {
    local names=(make 'the tool' 'its worker' strace) victim depth signal
    for depth in 0 1 2 3; do
        a_check
        victim=$pid
        for ((i = 0; i < depth; i++)); do victim=$(child_of "$victim"); done
        kill -KILL "$victim"
        leaves_nothing "SIGKILL of ${names[depth]}"
    done
    grep -q '^check: strace was killed' check.err || fail "It judges all the same:" "$(cat check.*)"
    for signal in INT HUP; do
        a_check
        kill -s "$signal" "$(child_of "$pid")"
        leaves_nothing "SIG$signal of the tool"
    done
}

# Like make, the terminal's first process is all that hears of the end, and it waits. What it prints
# goes elsewhere.
@test "guard: a closed terminal ends what make has started there" {
    # shellcheck disable=SC2016  # the inner shell expands it
    a_check "${on_terminal[@]}" bash -c 'trap : HUP; "$@" >/dev/null 2>&1; true' -
    kill -KILL "$pid"
    leaves_nothing "A closed terminal"
}

@test "guard: make killed before the tool's own program has begun" {
    local python
    python=$(command -v python3)
    mkdir bin
    cat >bin/python3 <<END
#!/bin/sh
touch '$work/begun'
until [ -e '$work/killed' ]; do sleep 0.01; done
exec '$python' "\$@"
END
    chmod +x bin/python3
    MARK=$work PATH=$work/bin:$PATH start trace make -C "$root" trace "PROGRAM=$built/step05-write"
    wait_until 20 test -e begun
    kill -KILL "$pid"
    touch killed
    leaves_nothing "make killed"
}
