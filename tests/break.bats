#!/usr/bin/env bats
# make break and make riddle: what they build and print.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

@test "break: a step with one thing changed, an experiment or a mistake, by name or its last part" {
    local name
    run "$root/tools/break"
    shows 0 "no-pause" "backlog" "bind/no-htons" "close/no-close"
    for name in backlog no-htons bind/no-htons no-close no-reuseaddr slow; do
        run "$root/tools/break" "$name"
        shows 0 $'\n@@ ' "That is in ./a.out now: run that as it is, without cc."
        [[ $(<build/riddle) == *" break NAME=$name" && -x a.out ]] || fail "$(<build/riddle)"
    done
    check
    shows 0 "judged   ./a.out, from make break NAME=slow, built " "note     A client waits 1 s"
    WORKSHOP_LANG=ja run "$root/tools/break" no-sigpipe
    shows 0 "step05-write/server.c (変更後)" "cc でビルドし直さずに実行してください"
    [[ $output == *$'\n-'*'SIG_IGN); // '[!a-z]* ]] || fail "$output"
    run "$root/tools/break" nonsense
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "There is no experiment 'nonsense'."* ]] ||
        fail "$output"
}

@test "break: a NAME in the environment, where WSL puts the machine's, is nobody's choice" {
    NAME=DESKTOP-1 run make --no-print-directory -C "$root" break
    shows 0 backlog
    run make --no-print-directory -n -C "$root" riddle NAME=7
    shows 0 "tools/riddle '7'"
}

@test "riddle: a symptom, no answer in what one sees; make check tells, until server.c is saved" {
    cp "$step05" .
    run "$root/tools/riddle" 12
    shows 0 "Riddle 12 is in ./a.out, a server with one mistake." "Everybody is served."
    ! grep -aE '/no-|close/|mistake' a.out build/riddle || fail "It gives itself away."
    check
    shows 1 "judged   ./a.out, from make riddle NAME=12, built " "(close/leak)"
    touch server.c
    CHECK_STEP=1 check
    shows 0 "judged   ./server.c, saved "
    WORKSHOP_LANG=ja run "$root/tools/riddle"
    shows 0 "問題 "
    run "$root/tools/riddle" 4711
    answers 2 "There is no riddle '4711'. There are: 2 7 12 *"
}

@test "riddle: of a step beyond, whose tests tell" {
    local number
    for number in 103 105 107; do
        run "$root/tools/riddle" "$number"
        answers 0 "Riddle $number *make check STEP=*" && [[ -x a.out ]] && rm a.out
    done
}

@test "riddle: the numbers that pages name stay; every number makes the mistake that is its own" {
    run python3 - "$root/tools" <<'PROGRAM'
import sys
sys.path.insert(0, sys.argv[1])
from games.riddles import BEYOND, NAMES, text_of
print(*[NAMES[n] for n in (22, 63, 29, 56, 12, 49, 96)])
assert len({text_of(f"riddle NAME={n}") for n in [*NAMES, *BEYOND]}) == len(NAMES) + len(BEYOND)
PROGRAM
    answers 0 "bind/loopback-only bind/port-zero accept/precedence close/duplicate close/leak \
write/waits-for-more accept/closes-listener"
}
