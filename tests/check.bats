#!/usr/bin/env bats
# What make check judges, and what it says of it. What it knows of mistakes is tested in devel/mistakes/.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

@test "check: every finished step passes at its own step, proven as in its transcript, and stops at the next" {
    local number=0 count line call part
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
        CHECK_STEP=0$count check "$built/$step"
        [[ $status -eq 1 && ${lines[-1]} == "$number of $count steps" ]] || fail "$step:" "$output"
        for part in expected seen mistake 'try' "read +${steps[number]}/README.md" explain 'again +make check PROGRAM=.* STEP=05$'; do
            grep -qE "^    $part" <<<"$output" || fail "no $part:" "$output"
        done
    done
    # The last of them has said so of all.
    for call in socket bind listen accept write; do
        line=$(grep "^$call(" "$root/step05-write/server.strace" | grep -v '([12],' | head -n 1 | tr -s ' ')
        grep -qE "^ok +step0[1-5]-$call +" <<<"$output" || fail "no $call:" "$output"
        [[ $output == *"${line%)*}"* ]] || fail "not the transcript's line: $line" "$output"
    done
    ! grep $'\033' <<<"$output" || fail "Colours in a pipe."
}

@test "check: server.c is built anew at every check, warnings and all; without one, an a.out is judged, and never in silence" {
    cp "$build/step05-write" a.out
    check
    says 0 "judged   ./a.out, built " "; there is no server.c here"
    echo 'int main(void) { return oops; }' >server.c
    check
    says 1 "server.c:1:25: error: " "check: server.c does not compile: mend that first, then: make check"
    [[ $output != *steps* ]] || fail "Something was judged:" "$output"
    # With the compiler's warning, the precedence slip gets its hint behind any checked call.
    change 'int listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listening_fd == -1)' 'int listening_fd;
    if (listening_fd = socket(AF_INET, SOCK_STREAM, 0) == -1)'
    check
    says 1 "judged   ./server.c, saved " "warning  server.c:18: " "    line      server.c:25" "== binds tighter than =" \
        "make explain MISTAKE=socket/precedence" "    again     make check"$'\n' "1 of 5 steps"

    # What it says of every mistake in Japanese is looked at in devel/mistakes.
    export LANG=ja_JP.UTF-8
    unset WORKSHOP_LANG
    change 'htons(8001)' 8001
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
    command -v node >/dev/null || skip "no node: not all languages were tried"
    echo 'require("net").createServer().listen(8001, "127.0.0.1")' >mine.js
    check "node mine.js"
    says 1 'server.listen(8001, "0.0.0.0")'
}

@test "check: step04 alone asks for a close of every connection, of the right descriptor" {
    change 'int connected_fd = accept(listening_fd, NULL, NULL);' 'int connected_fd; if ((connected_fd = accept(listening_fd, NULL, NULL) == -1)) continue;'
    sed -i '/const char reply/,/perror("write")/d' server.c
    CHECK_STEP=4 check
    says 1 "close was called with 0, and accept returned 4." "MISTAKE=accept/precedence" "3 of 4 steps"
    # Who writes already has to close all the same.
    change 'if (close(connected_fd) == -1)' 'if (connected_fd == -1)'
    CHECK_STEP=4 check
    says 1 "MISTAKE=close/missing-in-step04" "    again     make check STEP=4" "3 of 4 steps"
}

@test "check: what is odd about a server that serves everybody is a note, and who waits for a request gets one" {
    change 'strlen(reply)) == -1)' 'strlen(reply)) != 0)'
    sed -i 's/if (close(/if (getchar() == 0 || close(/; s/= "hello world"/= "HTTP\/1.0 200 OK\\r\\n\\r\\nhello world"/
        s/^ *const char reply/        char request[1000];\n        if (read(connected_fd, request, sizeof request) == -1)\n            perror("read");\n&/' server.c
    check
    says 0 "ok       step05-write" 'note     It waits for a request before it answers: that is past step05. So the clients sent one, "GET / HTTP/1.0"' \
        'note     It says "write: Success"' "note     It reads from standard input" "5 of 5 steps"
    # In a network of its own: what served before had another option, and keeps the port for a minute.
    unshare --net true 2>/dev/null || return 0
    change SO_REUSEADDR SO_REUSEPORT
    # shellcheck disable=SC2016  # the inner shell expands it
    run unshare --net bash -c 'ip link set lo up && "$1"' - "$root/tools/check"
    [[ $status -eq 0 && $output != *"note "* ]] || fail "$output"
}
