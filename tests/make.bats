#!/usr/bin/env bats
load test_helper

# A copy of the tree: ./a.out belongs to the reader, and no test touches it.
copy_tree() {
    mkdir copy
    tar -C "$root" --exclude=./build --exclude=./.git --exclude=./a.out --exclude=./clients/client -cf - . | tar -C copy -xof -
    copy_built copy
    cd copy || return
}

@test "make: with no target it lists every target that has a description" {
    run make --no-print-directory -C "$root"
    [[ $status -eq 0 ]]
    local target
    for target in demo check diff test transcripts lint clean setup clients; do
        grep -Eq "^make $target +[^ ]" <<<"$output" || fail "no line for $target in:" "$output"
    done
    all_steps
    for step in "${steps[@]}"; do
        [[ $output == *"$step"* ]] || fail "no $step in:" "$output"
    done
}

@test "make: step3, step03 and step03-listen build the same step, and print the command" {
    copy_tree
    local name
    for name in step3 step03 step03-listen; do
        rm -f a.out
        run make --no-print-directory "$name"
        [[ $status -eq 0 && $output == "cc -Wall -Wextra -o a.out step03-listen/server.c" ]] || fail "$name:" "$output"
        [[ -x a.out ]]
    done
}

@test "make: a step that does not exist gets one line that names those that do" {
    local name
    for name in step9 step00 step03-lisp stepx step; do
        run make --no-print-directory -C "$root" "$name"
        [[ $status -ne 0 && ${#lines[@]} -eq 1 ]] || fail "$name:" "$output"
        [[ $output == *"There is no step '$name'. The steps are: step01-socket step02-bind "* ]] || fail "$output"
    done
}

@test "make: a sixth step is one folder and one test file" {
    copy_tree
    cp -r step05-write step06-again
    sed 's/^calls_added=.*/calls_added=""/' step05-write/promise >step06-again/promise
    sed 's/step05/step06/' tests/step05.bats >tests/step06.bats
    make --no-print-directory step06 | grep -q ' step06-again/server.c$'
    make --no-print-directory diff STEP=06 >/dev/null
    make --no-print-directory demo STEP=06 COUNT=1 | grep -q '^client | hello world$'
    bats --tap --filter transcript tests/step06.bats 3>&-
}

# kept: prints the files that make clean is to keep.
kept() {
    find . -type f | grep -vxE './(a\.out|clients/client|build/.*)' | sort
}

@test "make: the targets leave nothing but a.out, clients/client and build" {
    copy_tree
    kept >../before
    make --no-print-directory step05 clients
    make --no-print-directory demo STEP=03
    bats --tap --filter every tests/step03.bats 3>&-
    diff ../before <(kept)
    make --no-print-directory clean
    find . -type f | sort | diff ../before -
}

@test "make diff: shows the new call, and all of the first step" {
    run make --no-print-directory -C "$root" diff STEP=3
    [[ $status -eq 0 && ${lines[0]} == "--- step02-bind/server.c" && ${lines[1]} == "+++ step03-listen/server.c" ]]
    [[ $output == *"+    if (listen(listening_fd, SOMAXCONN) == -1) {"* ]]
    run make --no-print-directory -C "$root" diff STEP=01
    [[ $status -eq 0 && ${lines[0]} == "--- /dev/null" ]]
}
