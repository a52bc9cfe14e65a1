#!/usr/bin/env bats
# What may be in the way of make check: it says so, and leaves nothing.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

@test "check: where it cannot judge, one line says why" {
    touch a.out
    check
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "check: ./a.out may not be executed: chmod +x ./a.out,"* ]] || fail "$output"
    rm a.out
    check 'no-such-program --port 1'
    says 1 "no-such-program: command not found"
    check 'server.c'
    [[ $status -eq 1 && $output == "check: server.c is a source file."* ]] || fail "$output"
    check 'strace ./a.out'
    [[ $status -eq 1 && $output == "check: make check runs strace itself: leave it out of PROGRAM" ]] || fail "$output"
    CHECK_STEP=12 check true
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "There is no step '12'."* ]] || fail "$output"
    check one two
    [[ $status -eq 2 && $output == "usage: make check "* ]] || fail "$output"
    check "echo 'unfinished"
    says 1 "check: echo 'unfinished cannot be run here: line " 'unexpected' # older bash: another line, and more words
    touch mine.py
    check mine.py
    [[ $status -eq 1 && $output == "check: mine.py may not be executed: chmod +x mine.py, or name its interpreter"* ]] || fail "$output"

    start server "$build/step05-write"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001" || fail "$(cat server.err)"
    check true
    [[ $status -eq 1 && $output == "check: port 8001 is taken by step05-write (process $pid)."* ]] || fail "$output"
}

@test "check: a server.c that is no file, an a.out that is no program, a compiler that is none: one line each" {
    local what
    for what in 'mkdir server.c' 'ln -s nowhere server.c' 'mkfifo server.c'; do
        $what
        check
        [[ $status -eq 1 && $output == "check: server.c is not a file that can be read: see ls -l server.c" ]] || fail "$what:" "$output"
        rm -d server.c
    done
    cp "$step05" server.c
    mkdir a.out
    check
    [[ $status -eq 1 && $output == "check: ./a.out is a folder: move it out of the way" ]] || fail "$output"
    rmdir a.out
    touch no-compiler # found, and not to be executed, as in a folder that may not be searched
    PATH=$PATH:$work CC=no-compiler check
    [[ $status -eq 1 && $output == "check: there is no C compiler (no-compiler): make setup" ]] || fail "$output"
    rm server.c
    for what in '' 'hello' '#!/no/such/program'; do
        echo "$what" >a.out
        chmod +x a.out
        check
        [[ $status -eq 1 && ${#lines[@]} -eq 2 && ${lines[1]} == "check: ./a.out cannot be run here: "* ]] || fail "$what:" "$output"
    done
}

@test "check: a crash leaves no file named core here, whatever the limit" {
    sed 's/    for (;;) {/    abort();\n&/; 1i #include <stdlib.h>' "$step05" >server.c
    # shellcheck disable=SC2016  # the inner shell expands it
    run bash -c 'ulimit -c unlimited; exec "$1"' - "$root/tools/check"
    [[ $output == *MISTAKE=run/* && $(echo core*) == 'core*' ]] || fail "$(ls)" "$output"
}

@test "check: at a terminal it says that it waits for a slow program" {
    run env CHECK_STEP=1 python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
        "$root/tools/check" "sleep 3.5; exec $built/step01-socket"
    [[ $output == *"check: waiting for the program; this may take a minute"* ]] || fail "$output"
    [[ $output == *"1 of 1 steps"* ]] || fail "$output"
}

# In a network of its own: the port would not be free again for a minute.
@test "check: where TIME_WAIT keeps the port, it says which server did not set SO_REUSEADDR" {
    unshare --net true 2>/dev/null || skip "no network of its own can be made here"
    sed '/int on/,/}/d' "$root/step04-accept/server.c" >without.c
    cc -o without without.c
    cat >visit <<'END'
source "$1/tools/lib/all.bash"
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

@test "check: strace not permitted is one line" {
    unset PREPARED # it says that strace may trace
    mkdir bin
    # It goes on, about what comes of that.
    printf '#!/bin/sh\necho "strace: PTRACE_TRACEME: Operation not permitted\nstrace: detach: No child processes" >&2\nexit 1\n' >bin/strace
    chmod +x bin/strace
    PATH="$work/bin:$PATH" check true
    says 1 "check: strace may not trace here (PTRACE_TRACEME: Operation not permitted)."
}

# still_there: does a process live whose command line has our own mark in it?
still_there() {
    local file
    grep -ls "$work/stubborn" /proc/[0-9]*/cmdline >found || true # processes come and go meanwhile
    while IFS= read -r file; do
        [[ $(<"${file%cmdline}comm") == grep ]] || return 0
    done <found
    return 1
}

not_there() {
    ! still_there
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
    local signal
    mkdir tmp
    export TMPDIR=$work/tmp
    CHECK_STEP=1 check "$work/stubborn"
    [[ $status -eq 1 ]]
    not_there || fail "Left behind: $(cat found)"

    for signal in INT TERM; do
        rm stubborn.runs
        start "$signal" "$root/tools/check" "$work/stubborn"
        wait_until 10 test -e stubborn.runs || fail "$(cat "$signal.out" "$signal.err")"
        kill -s "$signal" -- "-$pid"
        finish "$pid"
        not_there || fail "SIG$signal leaves: $(cat found)"
        [[ $status -ne 0 && $(<"$signal.out") != *steps* ]] || fail "SIG$signal: status $status" "$(cat "$signal.out")"
    done
    [[ -z $(ls tmp) ]] || fail "Folders left behind: $(ls tmp)"
}

@test "check: it says so where the report cannot be written" {
    run bash -c '"$1" "$2" >&-' - "$root/tools/check" "$built/step05-write"
    [[ $status -eq 1 && $output == "check: standard output is closed" ]] || fail "$output"
    run bash -c '"$1" "$2" >/dev/full' - "$root/tools/check" "$built/step05-write"
    [[ $status -eq 1 && $output == "check: standard output: No space left on device" ]] || fail "$output"
}

@test "make check: PROGRAM and STEP reach it, quotes and all" {
    mkdir 'a folder'
    cp "$build/step01-socket" 'a folder/server'
    run make --no-print-directory -C "$root" check STEP=01 PROGRAM="'$work/a folder/server'"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    run make --no-print-directory -C "$root" check STEP="1'"
    [[ $status -ne 0 && ${lines[0]} == "There is no step '1''. The steps are: "* ]] || fail "$output"
    cat >'my server.py' <<'END'
import signal, socket
server = socket.socket()
signal.pause()
END
    run make --no-print-directory -C "$root" check STEP=01 PROGRAM="python3 '$work/my server.py'"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    run make --no-print-directory -C "$root" check PROGRAM="python3 '$work/my server.py'"
    [[ $status -ne 0 && $output == *"1 of 5 steps"* ]] || fail "$output"
}

# The hints and the transcripts are held against English.
@test "check: whatever language the reader's system speaks, the program's calls are told in English" {
    # shellcheck disable=SC2016  # the program's shell expands it
    LC_ALL=ja_JP.UTF-8 LANGUAGE=ja run "$root/tools/check" 'exec >seen; echo "$LC_ALL ${LANGUAGE:-}"'
    has_line seen 'C.UTF-8 ' || fail "$(cat seen)" "$output"
}
