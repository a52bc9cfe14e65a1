#!/usr/bin/env bats
# What make check judges, and what it says of it. Each mistake that it knows is provoked in
# devel/mistakes.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

@test "check: every finished step passes, by its transcript's own lines; the next is no mistake" {
    local number=0 step call line
    for step in "$root"/step0*; do
        number=$((number + 1)) step=${step##*/}
        CHECK_STEP=$number check "$built/$step"
        shows 0 "$number of $number steps"
        check "$built/$step"
        shows 0 "$number of 5 steps"
        [[ $output != *$'\nnot yet'* && $output != *$'\nnote'* ]] || fail "$step:" "$output"
        call=${step#*-}
        line=$(grep -m 1 "^$call([^12]" "$root/$step/server.strace" | tr -s ' ')
        shows 0 "ok       step0$number-$call" "${line%)*}" "next     "
    done
    shows 0 "next     A TCP server" "make page MINE=1" "make riddle" "5 of 5 steps"
    check "$built/step02-bind"
    shows 0 "next     step03-listen: listen makes port 8001" "(step03-listen/README.md)"
    cp "$root/step02-bind/server.c" .
    check
    shows 0 "next     step03-listen: "
    CHECK_STEP=05 check
    shows 1 "next     step03-listen: " "2 of 5 steps"
}

@test "check: a report has what was expected, seen, the line, the mistake, and no advice" {
    change 'htons(8001)' 8001
    check
    shows 1 "judged   ./server.c, saved " "ok       step01-socket  socket(" "not yet  step02-bind" \
        "    expected  bind gives the socket the address 0.0.0.0, port 8001" \
        "    seen      bind(3, {sa_family=AF_INET, sin_port=htons(16671)" \
        "    line      server.c:36" "    mistake   The port went in without htons: 8001 is 0x1f41" \
        " (bind/no-htons)" "    read      step02-bind/README.md" \
        "    again     make check  # what to do: make hint" $'\n1 of 5 steps'
    [[ $output != *'.sin_port = htons'* && $output != *$'\033'* ]] || fail "$output"
    LANG=ja_JP.UTF-8 WORKSHOP_LANG='' check
    shows 1 "対象" "未達成  step02-bind" "原因" "htons で変換していません" "5 ステップ中 1 ステップ達成"
}

@test "check: server.c is built anew, warnings and all; an a.out is not judged in silence" {
    cp "$build/step05-write" a.out
    check
    shows 0 "judged   ./a.out, built " "; there is no server.c here"
    echo 'int main(void) { return oops; }' >server.c
    check
    shows 1 "server.c:1:25: error: " "server.c does not compile: mend that first, then: make check"
    [[ $output != *steps* ]] || fail "$output"
    change 'htons(8001)' ____
    check
    shows 1 "check: server.c:32 still has a blank: fill in the ____ (the lesson"
    WORKSHOP_LANG=ja check
    shows 1 "server.c の 32 行目に空欄 ____ が残っています。レッスン"
    change 'if (listen(' 'if　(listen('
    check
    shows 1 "check: server.c:41 has full-width characters (a full-width space)"
    change 'perror("listen");' 'perror("listen"）；'
    WORKSHOP_LANG=ja check
    shows 1 "server.c の 42 行目に、C では使えない全角文字 (）；) があります"
    change 'return 1;' 'return one; // （）'
    check
    shows 1 "server.c:20:16: error: "
    change 'int listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listening_fd == -1)' 'int listening_fd;
    if (listening_fd = socket(AF_INET, SOCK_STREAM, 0) == -1)'
    check
    shows 1 "warning  server.c:18: " "    line      server.c:25" "(socket/precedence)"
}

@test "check: a cause only where it shows; its own words are seen, a banner is none" {
    cat >mine.py <<'PROGRAM'
import socket
s = socket.create_server(("", 8001))
print("Server is listening on 8001", flush=True)
names = iter("abc")
while next(names):
    c, a = s.accept()
    try:
        c.sendall(b"hello world")
    except OSError:
        pass
    c.close()
PROGRAM
    check "python3 mine.py"
    shows 1 "exited with 1, saying: StopIteration" "(run/error)" "    line      mine.py:5"
    [[ $output != *"EPIPE"* && $output != *"saying: Server"* ]] || fail "$output"
}

@test "check: results that nobody looks at are a note" {
    sed -E 's/if \((listening_fd|[a-z]+\(listening_fd.*\)) == -1\)/if (\1, 0)/' "$step05" >server.c
    check
    shows 0 "note     Made to fail: socket, setsockopt, bind, listen. A program then says so" \
        "5 of 5 steps"
}

@test "check: who waits for a request gets one, and is sent on to step06" {
    sed 's/^ *const char reply/read(connected_fd, (char[999]){0}, 999);\n&/' "$step05" >server.c
    check
    shows 0 'note     It waits for a request before it answers, which is step06' '"GET / HTTP/1.0"'
    sed -i 's/= "hello world"/= "HTTP\/1.0 200 OK\\r\\n\\r\\n"/' server.c
    check
    shows 1 "(write/http)"
}

@test "check: beyond step05 the step's own tests judge, each promise in both languages" {
    CHECK_STEP=06 check "$built/step05-write"
    shows 1 "not yet  a request may come byte by byte" "    expected  " "0 of 1 steps"
    CHECK_STEP=6 WORKSHOP_LANG=ja check "$built/step06-read"
    shows 0 "OK      リクエストは 1 バイトずつ届いてもよく" "1 ステップ中 1 ステップ達成"
}
