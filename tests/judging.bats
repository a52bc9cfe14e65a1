#!/usr/bin/env bats
# What may be in the way of make check: it says so, and leaves nothing.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

# refuses STATUS TEXT [PROGRAM...]: make check says that one line, and nothing else.
refuses() {
    check "${@:3}"
    [[ $status -eq $1 && ${#lines[@]} -eq 1 && $output == "$2"* ]] || fail "Expected: $2" "$output"
}

@test "check: where it cannot judge, one line says why" {
    local what
    mkdir a.out
    refuses 1 "check: ./a.out is a folder, not a program: move it out of the way"
    rmdir a.out
    touch a.out mine.py
    refuses 1 "check: ./a.out may not be executed: chmod +x ./a.out,"
    refuses 1 "check: mine.py may not be executed: chmod +x mine.py, or name its interpreter" mine.py
    chmod +x a.out
    refuses 1 "check: the shell looks for a.out elsewhere: say ./a.out" a.out
    refuses 1 "check: server.c is a source file." server.c
    refuses 1 "check: make check runs strace itself: leave it out of PROGRAM" 'strace ./a.out'
    CHECK_STEP=12 refuses 2 "There is no step '12'." true
    refuses 2 "usage: make check " one two
    for what in 'mkdir server.c' 'ln -s nowhere server.c' 'mkfifo server.c'; do
        $what
        refuses 1 "check: server.c is not a file that can be read: see ls -l server.c"
        rm -d server.c
    done
    cp "$step05" server.c
    touch no-compiler # found, and not to be executed, as in a folder that may not be searched
    PATH=$PATH:$work CC=no-compiler refuses 1 "check: there is no C compiler (no-compiler): make setup"
    rm a.out
    mkdir a.out
    refuses 1 "check: ./a.out is a folder: move it out of the way"

    start server "$build/step05-write"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001" || fail "$(cat server.err)"
    refuses 1 "check: port 8001 is taken by step05-write (process $pid)." true
}

@test "check: what cannot be run, or traced, or told, is one line behind what is judged" {
    local what
    for what in '' '#!/no/such/program'; do
        echo "$what" >a.out
        chmod +x a.out
        check
        [[ $status -eq 1 && ${#lines[@]} -eq 2 && ${lines[1]} == "check: ./a.out cannot be run here: "* ]] || fail "$what:" "$output"
    done
    check "echo 'unfinished"
    says 1 "check: echo 'unfinished cannot be run here: line " 'unexpected' # older bash: another line, and more words
    # The hints and the transcripts are held against English: whatever the reader's system speaks, calls are told in it.
    # shellcheck disable=SC2016  # the program's shell expands it
    LC_ALL=ja_JP.UTF-8 LANGUAGE=ja check 'echo "$LC_ALL ${LANGUAGE:-}" >seen; no-such-program --port 1'
    says 1 "no-such-program: command not found"
    has_line seen 'C.UTF-8 ' || fail "$(cat seen)"
    run bash -c '"$1" true >/dev/full' - "$root/tools/check"
    [[ $status -eq 1 && $output == "check: standard output: No space left on device" ]] || fail "$output"

    mkdir bin
    # It goes on, about what comes of that.
    printf '#!/bin/sh\necho "strace: PTRACE_TRACEME: Operation not permitted\nstrace: detach: No child processes" >&2\nexit 1\n' >bin/strace
    chmod +x bin/strace
    PATH="$work/bin:$PATH" check true
    says 1 "check: strace may not trace here (PTRACE_TRACEME: Operation not permitted)."
}

@test "check: a crash leaves no file named core here, whatever the limit" {
    # shellcheck disable=SC2016  # the inner shells expand it
    run bash -c 'ulimit -c unlimited; exec "$1" "kill -ABRT \$\$"' - "$root/tools/check"
    [[ $output == *MISTAKE=run/crash* && $(echo core*) == 'core*' ]] || fail "$(ls)" "$output"
}

# In a network of its own: the port would not be free again for a minute.
@test "check: where TIME_WAIT keeps the port, it says which server did not set SO_REUSEADDR" {
    unshare --net true 2>/dev/null || skip "no network of its own can be made here"
    sed '/int on/,/}/d' "$root/step04-accept/server.c" >without.c
    cc -o without without.c
    cat >visit <<'END'
source "$1/tests/helpers.bash"
ip link set lo up
"$build/launch" ./without &
pid=$!
wait_until 10 listening
"$root/clients/client" 127.0.0.1 "$port" 1
printf -v finished %q "$build/step04-accept"
end_group "$pid"
remembered() { ! port_can_be_bound; }
wait_until 10 remembered || cat /proc/net/tcp
for program in ./without "$finished"; do
    rm -f note
    "$build/launch" "$root/tools/check" "$program" >note &
    pid=$!
    wait_until 10 grep -qs Waiting note
    end_group "$pid"
    cat note
done
END
    run unshare --net bash visit "$root"
    [[ $output == *"Your program does not set SO_REUSEADDR (step04-accept says how). It takes a minute at most."* ]] || fail "$output"
    [[ $output == *"Your program sets SO_REUSEADDR, but that server did not, and both must. It takes a minute at most."* ]] || fail "$output"
}

@test "check: it leaves no process, not even one that forks away and ignores SIGTERM" {
    cat >stubborn <<'END'
#!/usr/bin/env bash
trap '' TERM INT HUP
touch "$0.runs"
setsid -f python3 -c 'import signal; signal.pause()' "$0" </dev/null >/dev/null 2>&1
while :; do python3 -c 'import signal; signal.pause()'; done
END
    chmod +x stubborn
    CHECK_STEP=1 check "$work/stubborn"
    [[ $status -eq 1 ]]
    nothing_left

    rm stubborn.runs
    start check "$root/tools/check" "$work/stubborn"
    wait_until 10 test -e stubborn.runs || fail "$(cat check.*)"
    kill -s INT -- "-$pid"
    finish check
    [[ $status -ne 0 && $(<check.out) != *steps* ]] || fail "Status $status" "$(cat check.out)"
    nothing_left
}

# nothing_left: has no process our own mark in its command line?
nothing_left() {
    ! grep -lsa "$work/stubborn" /proc/[0-9]*/cmdline || fail "That is left behind."
}

@test "make check: PROGRAM and STEP reach it, quotes and all" {
    mkdir 'a folder'
    printf 'import signal, socket\nserver = socket.socket()\nsignal.pause()\n' >'a folder/server.py'
    run make --no-print-directory -C "$root" check STEP=01 PROGRAM="python3 '$work/a folder/server.py'"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    run make --no-print-directory -C "$root" check STEP="1'"
    [[ $status -ne 0 && ${lines[0]} == "There is no step '1''. The steps are: "* ]] || fail "$output"
}
