#!/usr/bin/env bats
# make watch: a check at every save.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers

export WORKSHOP_LANG=en
step05=$root/step05-write/server.c

# watching: starts make watch's tool in a terminal of its own; what that shows is in the file screen.
watching() {
    local command
    printf -v command '%q ' exec "$root/tools/watch" "$@"
    start watch env -C "$work" SHELL=/bin/bash script -qefac "$command" screen
    watch_pid=$pid
}

# save NAME FILE: what an editor does: writes anew and renames. Then the screen begins anew.
save() {
    : >screen
    cp "$2" "$1.new"
    mv "$1.new" "$1"
}

# shows TEXT [SECONDS]: the screen gets that text.
shows() {
    wait_until "${2:-10}" grep -qF -- "$1" screen || fail "Not shown: $1" "$(cat -v screen)"
}

# interrupted: presses Ctrl-C, and waits for the end.
interrupted() {
    local child
    read -r child <"/proc/$watch_pid/task/$watch_pid/children" || true # no end of line
    kill -INT "$child"
    finish "$watch_pid"
    [[ $status == 0 ]] || fail "Exit status $status" "$(cat -v screen)"
}

@test "watch: it judges at every save, in short, and says when server.c does not compile" {
    watching
    shows "there is neither a server.c nor an ./a.out here"
    sed 's/int on = 1;/int on = 1/' "$step05" >broken.c
    save server.c broken.c
    shows "server.c does not compile: mend that first"
    shows "error: "
    sed 's/htons(8001)/8001/' "$step05" >mistaken.c
    save server.c mistaken.c
    shows "1 of 5 steps"
    shows "make explain MISTAKE=bind/no-htons"
    ! grep -q "step03" screen || fail "Too long:" "$(cat -v screen)"
    interrupted
}

@test "watch: a save during a check ends that check, and Ctrl-C leaves no process and no port" {
    sed 's/    for (;;) {/    sleep(60);\n&/' "$step05" >sleeping.c
    cp sleeping.c server.c
    watching
    wait_until 10 listening || fail "$(cat -v screen)"
    save server.c "$step05"
    shows "5 of 5 steps"
    save server.c sleeping.c
    wait_until 10 listening || fail "$(cat -v screen)"
    interrupted
    ! listening || fail "$(ss -ltnp)"
}

@test "watch: a step of beyond is judged as make check judges it" {
    sed 's/HTTP\/1.0 200 OK/200 OK/' "$root/beyond/step06-read/server.c" >server.c
    CHECK_STEP=06 watching
    shows "MISTAKE=read/not-http"
    shows "0 of 1 steps"
    interrupted
}

@test "watch: with PROGRAM it is the files that the command names" {
    printf 'import socket\nsocket.create_server(("127.0.0.1", 8001)).accept()\n' >mine.py
    watching "python3 mine.py"
    shows "MISTAKE=bind/loopback-only"
    printf 'import socket\nsocket.create_server(("", 8000)).accept()\n' >other.py
    save mine.py other.py
    shows "MISTAKE=bind/other-port"
    interrupted
}
