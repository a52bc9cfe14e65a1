#!/usr/bin/env bats
# What make check judges, what it says of it, and that it leaves nothing. What it knows of mistakes is tested
# in devel/mistakes/.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers

export WORKSHOP_LANG=en
unset PYTHONUNBUFFERED # what is not flushed is lost
step05=$root/step05-write/server.c

# check [COMMAND]: runs tools/check; CHECK_STEP may stand before it.
check() {
    run "$root/tools/check" "$@"
}

# says TEXT...: each of the texts is in the output, with the status before them.
says() {
    local text
    [[ $status -eq $1 ]] || fail "Exit status $status, expected $1:" "$output"
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || fail "Not said: $text" "$output"
    done
}

# change OLD NEW [FILE]: writes step05 with one text replaced (exactly once) to server.c.
change() {
    local text
    text=$(<"$step05")
    [[ $text == *"$1"* ]] || fail "step05 has no '$1'."
    printf '%s\n' "${text/"$1"/"$2"}" >"${3:-server.c}"
}

@test "check: every finished step passes at its own step, and stops at the next" {
    local number=0 count
    steps=("$root"/step*/)
    steps=("${steps[@]%/}")
    steps=("${steps[@]##*/}")
    count=${#steps[@]}
    for step in "${steps[@]}"; do
        number=$((number + 1))
        CHECK_STEP=$number check "$built/$step"
        [[ $status -eq 0 && ${lines[-1]} == "$number of $number steps" ]] || fail "$step:" "$output"
        ! grep -E 'mistake|note' <<<"$output" || fail "$step gets a hint:" "$output"
        ((number < count)) || continue
        check "$built/$step"
        [[ $status -eq 1 && ${lines[-1]} == "$number of $count steps" ]] || fail "$step:" "$output"
    done
}

@test "check: each step is proven by the program's own line, as in its transcript" {
    check "$built/step05-write"
    local line call
    for call in socket bind listen accept write; do
        line=$(grep "^$call(" "$root/step05-write/server.strace" | grep -v '([12],' | head -n 1 | tr -s ' ')
        grep -qE "^ok +step0[1-5]-$call +" <<<"$output" || fail "no $call:" "$output"
        [[ $output == *"${line%)*}"* ]] || fail "not the transcript's line: $line" "$output"
    done
    ! grep $'\033' <<<"$output" || fail "Colours in a pipe."
}

@test "check: the again line works as printed: server.c is built anew at every check" {
    change 'htons(8001)' 8001
    check
    says 1 "judged   ./server.c, saved " "    line      server.c:" "make explain MISTAKE=bind/no-htons" "    again     make check" "1 of 5 steps"
    change 8001 8001
    check
    says 0 "judged   ./server.c, saved " "5 of 5 steps"
}

@test "check: an a.out that is not server.c's is never judged in silence" {
    cp "$build/step05-write" a.out
    check
    says 0 "judged   ./a.out, built " "; there is no server.c here"
    echo 'int main(void) { return oops; }' >server.c
    check
    says 1 "server.c:1:25: error: " "check: server.c does not compile: mend that first, then: make check"
    [[ $output != *steps* ]] || fail "Something was judged:" "$output"
    cp "$root/step02-bind/server.c" .
    check
    says 1 "judged   ./server.c" "2 of 5 steps"
}

@test "check: the compiler's warnings show, and the precedence slip gets its hint behind any checked call" {
    change 'int listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listening_fd == -1)' 'int listening_fd;
    if (listening_fd = socket(AF_INET, SOCK_STREAM, 0) == -1)'
    check
    says 1 "warning  server.c:18: " "line      server.c:25" "== binds tighter than =" "MISTAKE=socket/precedence"
}

@test "check: a failure report says what was expected, seen, what to try, read and run again" {
    cp "$build/step03-listen" a.out
    check
    local part
    for part in expected seen mistake 'try' 'read' explain again; do
        grep -qE "^    $part +[^ ]" <<<"$output" || fail "no $part:" "$output"
    done
    grep -qE '^    again +make check$' <<<"$output"
    grep -qE '^    read +step04-accept/README.md$' <<<"$output"
    CHECK_STEP=4 check ./a.out
    grep -qE '^    again +make check PROGRAM=./a.out STEP=4$' <<<"$output" || fail "$output"
}

# What it says of every mistake is looked at in devel/mistakes.
@test "check: it speaks Japanese where LANG does, and WORKSHOP_LANG wins" {
    export LANG=ja_JP.UTF-8
    unset WORKSHOP_LANG
    sed 's/htons(8001)/8001/' "$step05" >server.c
    check
    [[ $status -eq 1 && ${lines[0]} == 対象* && ${lines[-1]} == "5 ステップ中 1 ステップ達成" ]] || fail "$output"
    [[ $output == *原因*htons* && $output == *直し方*'htons(8001)'* ]] || fail "$output"
    rm server.c a.out
    check
    says 1 "ここには server.c も ./a.out もありません"
    WORKSHOP_LANG=en check
    says 1 "there is neither a server.c"
}

@test "check: the advice is in the program's own language" {
    cat >mine.py <<'END'
import socket
server = socket.create_server(("127.0.0.1", 8001))
server.accept()
END
    check "python3 mine.py"
    says 1 'server.bind(("", 8001))' "again     make check PROGRAM='python3 mine.py'"
    printf 'require "socket"\nTCPServer.new("127.0.0.1", 8001).accept\n' >mine.rb
    check "ruby mine.rb"
    says 1 'TCPServer.new("0.0.0.0", 8001)'
    change 'htonl(INADDR_ANY)' 'htonl(INADDR_LOOPBACK)'
    check
    says 1 '.sin_addr.s_addr = htonl(INADDR_ANY)'
    command -v node >/dev/null || skip "no node: not all languages were tried"
    echo 'require("net").createServer().listen(8001, "127.0.0.1")' >mine.js
    check "node mine.js"
    says 1 'server.listen(8001, "0.0.0.0")'
}

@test "check: the line of a traceback is told" {
    printf 'import socket\nserver = socket.create_server(("", 8001))\nclient, _ = server.accept()\nclient.send("hello world")\n' >mine.py
    check "python3 mine.py"
    says 1 "line      mine.py:4" "TypeError"
}

@test "check: step04 alone asks for a close of every connection, of the right descriptor" {
    change 'if (close(connected_fd) == -1)' 'if (connected_fd == -1)'
    sed -i '/const char reply/,/perror("write")/d' server.c
    CHECK_STEP=4 check
    says 1 "accepted and never closed" "MISTAKE=close/missing-in-step04" "3 of 4 steps"
    change 'int connected_fd = accept(listening_fd, NULL, NULL);' 'int connected_fd; if ((connected_fd = accept(listening_fd, NULL, NULL) == -1)) continue;'
    sed -i '/const char reply/,/perror("write")/d' server.c
    CHECK_STEP=4 check
    says 1 "close was called with 0, and accept returned 4." "MISTAKE=accept/precedence" "3 of 4 steps"
}

@test "check: who reads a request before the answer has gone past step05, and is checked as such" {
    change 'const char reply[] = "hello world";' 'const char reply[] = "HTTP/1.0 200 OK\r\n\r\nhello world";
        char request[1000];
        if (read(connected_fd, request, sizeof request) == -1)
            perror("read");'
    check
    says 0 "ok       step05-write" 'that is past step05. So the clients sent one, "GET / HTTP/1.0"' "5 of 5 steps"
    sed -i 's/read(connected_fd, request, sizeof request) == -1/recv(connected_fd, request, sizeof request, MSG_WAITALL) == -1/' server.c
    check
    says 1 "MISTAKE=write/waits-for-more" "4 of 5 steps"
}

@test "check: a loop that wakes up by itself is judged within seconds" {
    change '    for (;;) {' '    for (;;)
        usleep(3000);
    for (;;) {'
    sed -i '1i #define _DEFAULT_SOURCE' server.c
    SECONDS=0
    check
    says 1 "MISTAKE=accept/not-called" "3 of 5 steps"
    ((SECONDS <= 20)) || fail "It took $SECONDS s."
}

@test "check: what lives on under another descriptor is not called closed" {
    change '    for (;;) {' '    int moved = dup(listening_fd);
    close(listening_fd);
    listening_fd = moved;
    for (;;) {'
    check
    says 0 "5 of 5 steps"
}

@test "check: what is wrong with a server that serves everybody is a note" {
    change 'strlen(reply)) == -1)' 'strlen(reply)) != 0)'
    check
    says 0 'note     It says "write: Success"'
    change 'if (close(' 'if (getchar() == 0 || close('
    check
    says 0 "note     It reads from standard input"
    # In a network of its own: what served before had another option, and keeps the port for a minute.
    unshare --net true 2>/dev/null || return 0
    change SO_REUSEADDR SO_REUSEPORT
    # shellcheck disable=SC2016  # the inner shell expands it
    run unshare --net bash -c 'ip link set lo up && "$1"' - "$root/tools/check"
    [[ $status -eq 0 && $output != *"note "* ]] || fail "$output"
}

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

    start server "$build/step05-write"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001" || fail "$(cat server.err)"
    check true
    [[ $status -eq 1 && $output == "check: port 8001 is taken by step05-write (process $pid)."* ]] || fail "$output"
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
end_group "$pid"
for program in ./without "$build/step04-accept"; do
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
    printf '#!/bin/sh\necho "strace: PTRACE_TRACEME: Operation not permitted" >&2\nexit 1\n' >bin/strace
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
    [[ $status -eq 1 && $output == "check: "*"No space left on device" ]] || fail "$output"
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
