#!/usr/bin/env bats
# make break, make riddle, make explain: what they build and print.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers

export WORKSHOP_LANG=en

@test "break: every experiment shows its change, compiles, and has its sentence in both languages" {
    local name
    run "$root/tools/break"
    for name in no-htons backlog no-close no-reuseaddr no-sigpipe big slow newline accept-once loopback-only exit-after-listen no-listen no-bind; do
        [[ $output == *$'\n'"  $name "* ]] || fail "There is no $name:" "$output"
    done
    every_change || fail "See above."
    cc -w -fsyntax-only all.c || fail "See above."
    WORKSHOP_LANG=ja run "$root/tools/break" "$name"
    [[ $status -eq 0 && -x a.out && $output == *"試すこと: "* && $(<build/riddle) == *" break NAME=$name" ]] || fail "$output"
    run "$root/tools/break" nonsense
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "There is no experiment 'nonsense'."* ]] || fail "$output"
}

# every_change: has make break carry out every experiment but the compiling, which comes at once for all: the
# changed texts go to all.c, each with a main of its own name.
every_change() {
    python3 - "$root/tools" >all.c <<'END'
import io, sys
sys.path.insert(0, sys.argv[1])
from games import builds
from words import Paper
for number, name in enumerate(builds.EXPERIMENTS):
    paper = Paper("en", io.StringIO())
    builds.build = lambda text, *_: print(f"#undef main\n#define main main_{number}\n{text}")
    assert builds.break_step(name, 8001, paper) == 0, name
    shown = paper.out.getvalue()
    assert any(line[0] in "-+" and line[1:2] not in "-+" for line in shown.splitlines() if line), shown
    assert "That is in ./a.out now: run that as it is, without cc. Try: " in shown, shown
END
}

@test "break: a NAME in the environment, where WSL puts the machine's, is nobody's choice" {
    NAME=DESKTOP-1 run make --no-print-directory -C "$root" break
    [[ $status -eq 0 && $output == *$'\n  backlog '* ]] || fail "$output"
    NAME=DESKTOP-1 run make --no-print-directory -n -C "$root" riddle
    [[ $status -eq 0 && $output != *DESKTOP* ]] || fail "$output"
    run make --no-print-directory -n -C "$root" riddle NAME=7
    [[ $output == *"tools/riddle '7'" ]] || fail "$output"
}

@test "riddle: a symptom, no answer in anything visible; make check tells, until server.c is saved again" {
    cp "$root/step05-write/server.c" .
    run "$root/tools/riddle" 7
    [[ $status -eq 0 && $output == "Riddle 7 is in ./a.out, a server with one mistake. "*"make check tells."* ]] || fail "$output"
    ! grep -aE '/no-|MISTAKE|bind/|mistake' a.out build/riddle || fail "It gives itself away."
    run "$root/tools/check"
    [[ $status -eq 1 && ${lines[0]} == "judged   ./a.out, from make riddle NAME=7, built "* && $output == *"make explain MISTAKE="* ]] || fail "$output"
    touch server.c
    CHECK_STEP=1 run "$root/tools/check"
    [[ $status -eq 0 && ${lines[0]} == "judged   ./server.c, saved "* ]] || fail "$output"
    WORKSHOP_LANG=ja run "$root/tools/riddle"
    [[ $status -eq 0 && $output == "問題 "* ]] || fail "$output"
    run "$root/tools/riddle" 4711
    [[ $status -eq 2 && $output == "There is no riddle '4711': there are 1 to "* ]] || fail "$output"
}

@test "break, riddle, explain: on a terminal no line of theirs is wider than that" {
    local tool
    for tool in 'break' 'riddle 7' 'explain bind/no-address' 'explain read/resets'; do
        printf -v command %q "$root/tools/${tool%% *}"
        run script -qec "stty cols 60; $command ${tool#"${tool%% *}"}" /dev/null
        [[ $status -eq 0 && ${#lines[@]} -gt 3 ]] || fail "$output"
        ! grep -E '^.{62}' <<<"$output" || fail "$tool: that is too wide." # a carriage return ends each
    done
}

@test "explain: the wrong line, the trace, the report and the fix, in both languages" {
    run "$root/tools/explain" bind/no-htons
    [[ $status -eq 0 && $output == *"+        .sin_port = 8001,"*"htons(16671)"*"mistake   The port went in without htons"*"- Rust: "* ]] || fail "$output"
    WORKSHOP_LANG=ja run "$root/tools/explain" bind/no-htons
    [[ $output == *"ほかの言語では:"* ]] || fail "$output"
    run "$root/tools/explain"
    ((${#lines[@]} > 90)) || fail "$output"
    run "$root/tools/explain" bind/nothing
    [[ $status -eq 2 && ${#lines[@]} -eq 1 ]] || fail "$output"
}
