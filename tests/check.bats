#!/usr/bin/env bats
# What make check judges, and what it says of it. What it knows of mistakes is tested in devel/mistakes/.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

@test "check: every finished step passes at its own step, proven as in its transcript, and stops at the next" {
    local number=0 count line call
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
    # The last of them has said so of all.
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
    # Who writes already has to close all the same.
    change 'if (close(connected_fd) == -1)' 'if (connected_fd == -1)'
    CHECK_STEP=4 check
    says 1 "MISTAKE=close/missing-in-step04" "3 of 4 steps"
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
    sed -i 's/if (close(/if (getchar() == 0 || close(/' server.c
    check
    says 0 'note     It says "write: Success"' "note     It reads from standard input"
    # In a network of its own: what served before had another option, and keeps the port for a minute.
    unshare --net true 2>/dev/null || return 0
    change SO_REUSEADDR SO_REUSEPORT
    # shellcheck disable=SC2016  # the inner shell expands it
    run unshare --net bash -c 'ip link set lo up && "$1"' - "$root/tools/check"
    [[ $status -eq 0 && $output != *"note "* ]] || fail "$output"
}
