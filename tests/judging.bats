#!/usr/bin/env bats
# What may be in the way of make check: it says so, and leaves nothing.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

# refuses STATUS TEXT [PROGRAM...]: make check says that one line, and nothing else.
refuses() {
    check "${@:3}"
    [[ $status -eq $1 && ${#lines[@]} -eq 1 && $output == "$2"* ]] ||
        fail --expected "$1, $2" --found "$status, $output"
}

@test "judging: where it cannot judge, one line says why" {
    local what
    refuses 1 "check: there is neither a server.c nor an ./a.out here"
    mkdir a.out
    refuses 1 "check: ./a.out is a folder, not a program: move it out of the way"
    rmdir a.out
    touch a.out mine.py
    refuses 1 "check: ./a.out may not be executed: chmod +x ./a.out,"
    refuses 1 "check: mine.py may not be executed: chmod +x mine.py, or name its interp" mine.py
    chmod +x a.out
    refuses 1 "check: the shell looks for a.out elsewhere: say ./a.out" a.out
    refuses 1 "check: server.c is a source file." server.c
    refuses 1 "check: make check runs strace itself: leave it out of PROGRAM" 'strace ./a.out'
    CHECK_STEP=12 refuses 2 "There is no step '12'." true
    refuses 2 "usage: make check " one two
    for what in 'mkdir server.c' 'ln -s nowhere server.c' 'mkfifo server.c'; do
        $what
        refuses 1 "check: server.c is not a file that can be read: see ls -l server.c"
        rm -r server.c
    done
    cp "$step05" server.c
    CC=no-compiler refuses 1 "check: there is no C compiler (no-compiler): make setup"
    start server "$build/step05-write"
    wait_until 10 listening || fail "$(cat server.err)"
    refuses 1 "check: port 8001 is taken by step05-write (process $pid)." true
}

@test "judging: what cannot be run, or traced, or told, is one line behind what is judged" {
    local what
    for what in '' '#!/no/such/program'; do
        echo "$what" >a.out
        chmod +x a.out
        check
        shows 1 "check: ./a.out cannot be run here: "
    done
    check "echo 'unfinished"
    shows 1 "check: echo 'unfinished cannot be run here: "
    # Calls and errors are told in English, as the transcripts are, whatever the reader speaks.
    # shellcheck disable=SC2016  # the program's shell expands it
    LC_ALL=ja_JP.UTF-8 LANGUAGE=ja check 'echo "$LC_ALL ${LANGUAGE:-}" >seen; no-such-program'
    shows 1 "no-such-program: command not found"
    has_line seen 'C.UTF-8 ' || fail "$(cat seen)"
    run bash -c '"$1" true >/dev/full' - "$root/tools/check"
    answers 1 "check: standard output: No space left on device"
    mkdir bin
    printf '#!/bin/sh\necho "strace: PTRACE_TRACEME: Not permitted" >&2\nexit 1\n' >bin/strace
    chmod +x bin/strace
    PATH="$work/bin:$PATH" check true
    shows 1 "check: strace may not trace here (PTRACE_TRACEME: Not permitted)."
    # shellcheck disable=SC2016  # the inner shells expand it
    run bash -c 'ulimit -c unlimited; exec "$1" "kill -ABRT \$\$"' - "$root/tools/check"
    [[ $output == *"(run/crash)"* && $(echo core*) == 'core*' ]] || fail "$(ls)" "$output"
}

@test "judging: a source that includes itself, and what a compiler's words may do, are held" {
    printf '#include __FILE__\n#include __FILE__\n' >server.c
    CC='timeout 3 cc' check
    shows 1 "check: server.c "
    printf '#warning "\033]0;title\007"\nint main(void) { return 1; }\n' >server.c
    check
    shows 1 'warning  server.c:1: ' 'title'
    [[ $output != *$'\033'* ]] || fail "$output"
}

@test "judging: a program that computes for ever is given up, and says so" {
    echo 'int main(void) { for (;;) ; }' >server.c
    check
    shows 1 "server: it computes, and calls nothing" "(run/not-reached)"
}

# The port would not be free again for a minute.
@test "judging: where TIME-WAIT keeps the port, no step is judged, and it says why" {
    [[ ${OWN_NETWORK:-} == yes ]] || skip "no network of its own"
    local program
    sed '/int on/,/}/d' "$root/step04-accept/server.c" >without.c
    cc -o without without.c
    start without "$work/without"
    wait_until 10 listening
    "$root/clients/client" 127.0.0.1 8001 1 || true
    stop without
    for program in "$work/without" "$built/step04-accept"; do
        check "$program"
        shows 1 "1 of an earlier server's connections are in TIME-WAIT"
    done
}

@test "judging: PROGRAM and STEP reach it from make, quotes and all" {
    mkdir 'a folder'
    printf 'import signal, socket\ns = socket.socket()\nsignal.pause()\n' >'a folder/server.py'
    run make -C "$root" check STEP=01 PROGRAM="python3 '$work/a folder/server.py'"
    shows 0 "1 of 1 steps"
    run make -C "$root" check STEP="1'"
    shows 2 "There is no step '1''. The steps are: "
}
