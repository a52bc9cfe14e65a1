#!/usr/bin/env bats
# Where an attendee's tools cannot do their work, they say why in one line. One tool stands for all
# that share a piece.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# says_only PATTERN: has what ran failed with a line like that, and, from make, with make's own?
says_only() {
    # shellcheck disable=SC2053  # a pattern
    [[ $status -ne 0 && ${lines[0]} == $1 && ${#lines[@]} -le 2 ]] ||
        fail --expected "$1" --found "$output"
}

@test "limits: too few descriptors, too small files, too little memory: check says which limit" {
    local limit
    for limit in '-n 12' '-f 4' '-v 20000'; do
        # shellcheck disable=SC2016  # the inner shell expands it
        run bash -c 'ulimit $1; exec "$2" true' - "$limit" "$root/tools/check"
        says_only "check: a limit is too low here: ulimit ${limit% *} says*"
    done
}

@test "limits: a checkout by Git for Windows, no right to execute, blanks, a quote and Japanese" {
    command -v git >/dev/null || skip "no git"
    local folder="$work/ワーク ショップ: it's"
    copy_all "$folder"
    cd "$folder"
    git init -q
    git config core.autocrlf true
    git add .
    git ls-files -z | xargs -0 rm
    git checkout -q .
    ! git grep -Il $'\r' || fail "There are carriage returns."
    # An archive may know of no right to execute.
    find . -type f ! -path './build/*' -exec chmod a-x {} +
    touch build/*
    COUNT=1 run bash -c 'sh tools/setup && make clients demo diff && make -s page &&
        make check STEP=1 PROGRAM=build/step01-socket && make test STEP=01'
    answers 0 '*client | hello world*page.html*1 of 1 steps*passed, 0 failed*'
}

@test "limits: a read-only folder is one line that says what helps" {
    local readonly=() target
    copy_all tree
    rm -r tree/build
    cp "$root/step05-write/server.c" tree
    if [[ $EUID -eq 0 ]]; then # who may write everywhere, but on a read-only mount
        unshare -m true 2>/dev/null || skip "nothing can be mounted here"
        readonly=(unshare -m bash -c 'mount --bind tree tree
            mount -o remount,ro,bind tree && exec "$@"' -)
    fi
    chmod a-w tree
    for target in step03 check demo test; do
        run "${readonly[@]}" env -u TMPDIR make --no-print-directory -C tree "$target"
        says_only "*: you may not write to $work/tree*Copy all of it, or: *"
    done
    chmod u+w tree
}

@test "limits: with the loopback interface down, check, demo and trace say so" {
    unshare -n true 2>/dev/null || skip "no network of its own can be made here"
    local target
    for target in 'check PROGRAM=true' 'demo STEP=03' 'trace PROGRAM=true'; do
        # shellcheck disable=SC2086  # several words
        run timeout 20 unshare -n make --no-print-directory -C "$root" $target
        says_only "*: the loopback interface is down here. As root: ip link set lo up"
    done
}

@test "limits: CDPATH and make -j are in nobody's way; a closed standard output is told" {
    # What cd says there would be taken for the name of a folder.
    COUNT=1 CDPATH=.:/ run make --no-print-directory -j4 -C "$root" demo
    answers 0 $'client | hello world\nThis*'
    run bash -c '"$0" >&-' "$root/tools/check"
    says_only "check: standard output is closed"
}
