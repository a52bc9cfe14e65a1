#!/usr/bin/env bats
# make watch: a check at every save.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

# watching [COMMAND]: starts make watch's tool in a terminal; what that shows is in the file screen.
watching() {
    start watch "${terminal[@]}" "$work" "$root/tools/watch" "$@"
    watch_pid=$pid
}

# save NAME FILE: what an editor does: writes anew and renames. Then the screen begins anew.
save() {
    : >screen
    cp "$2" "$1.new"
    mv "$1.new" "$1"
}

# sees TEXT: does the screen get that text?
sees() {
    wait_until 10 grep -qF -- "$1" screen || fail --expected "$1" --found "$(cat -v screen)"
}

# interrupted: presses Ctrl-C, and waits for the end.
interrupted() {
    local child
    read -r child <"/proc/$watch_pid/task/$watch_pid/children" || true # no end of line
    kill -INT "$child"
    finish "$watch_pid"
    [[ $status == 0 ]] || fail --expected "exit status 0" --found "$status" "$(cat -v screen)"
}

@test "watch: it judges at every save, without a hint" {
    watching
    sees "there is neither a server.c nor an ./a.out here"
    sed 's/int on = 1;/int on = 1/' "$step05" >broken.c
    save server.c broken.c
    sees "server.c does not compile: mend that first"
    sees "Watching; Ctrl-C ends it."
    change 'htons(8001)' 8001 mistaken.c
    save server.c mistaken.c
    sees "(bind/no-htons)"
    sees "1 of 5 steps"
    ! grep -qE "hint  |\.sin_port" screen || fail "$(cat -v screen)"
    interrupted
}

@test "watch: a save during a check ends that check, and Ctrl-C leaves no process and no port" {
    change '    for (;;) {' '    sleep(60); for (;;) {' sleeping.c
    cp sleeping.c server.c
    watching
    wait_until 10 listening || fail "$(cat -v screen)"
    save server.c "$step05"
    sees "5 of 5 steps"
    save server.c sleeping.c
    wait_until 10 listening || fail "$(cat -v screen)"
    interrupted
    not_listening() { ! listening; }
    wait_until 5 not_listening || fail "$(ss -ltnp)"
}

@test "watch: a command is watched by all sources here" {
    cp "$step05" mine.c
    watching 'cc -o mine mine.c && ./mine'
    sees "5 of 5 steps"
    change 'htons(8001)' 8001 mistaken.c
    save mine.c mistaken.c
    sees "(bind/no-htons)"
    interrupted
}
