#!/usr/bin/env bats
# What one types: make, make stepNN, make diff; and that nothing is left where it should not be.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

quiet_make() {
    run make --no-print-directory "$@"
}

@test "make: with no target it lists an attendee's commands first, then the others, in both languages" {
    local target
    quiet_make -C "$root"
    [[ $status -eq 0 && ${lines[0]} == "Yours" && ${lines[1]} == *"step01 step02 step03 step04 step05"* ]] || fail "$output"
    for target in check diff demo clients setup; do
        [[ ${output%%Whoever*} == *"make $target "* ]] || fail "no $target above the second heading:" "$output"
    done
    for target in test lint transcripts lessons faults bench elsewhere; do
        [[ ${output#*Whoever keeps the course true} == *"make $target "* ]] || fail "no $target below it:" "$output"
    done
    WORKSHOP_LANG=ja quiet_make -C "$root"
    [[ ${lines[0]} == "参加者のコマンド" ]] || fail "$output"
    ! grep -E '^  make [a-z]+ +[A-Za-z ]+$' <<<"$output" || fail "A line without Japanese."
}

@test "make: an unknown step gets a line that names those there are" {
    local name
    for name in step9 step00 stepx; do
        quiet_make -C "$root" "$name"
        [[ $status -ne 0 && ${#lines[@]} -eq 1 && $output == *"There is no step '$name'. The steps are: step01 step02 "* ]] || fail "$output"
    done
}

# In a copy: ./a.out belongs to the reader, and no test touches it.
@test "make: a further step is a folder and a test file; the targets leave nothing but a.out, clients/client and build" {
    mkdir copy
    tar -C "$root" --exclude=./build --exclude=./.git --exclude=./a.out --exclude=./server.c -cf - . | tar -C copy -xof -
    mkdir copy/build
    cp -p "$build"/step* "$build/launch" copy/build
    cd copy
    cp -r step05-write step10-again
    sed 's/step05/step10/; s/step10-write/step10-again/' tests/step05.bats >tests/step10.bats
    sed -i 's/^calls_added=.*/calls_added=""/' step10-again/promise
    rm clients/client
    find . -type f | grep -v '^./build/' | sort >../before

    quiet_make step10
    [[ $status -eq 0 && $output == "cc -Wall -Wextra -o a.out step10-again/server.c" && -x a.out ]] || fail "$output"
    quiet_make clients
    [[ $status -eq 0 && -x clients/client ]] || fail "$output"
    quiet_make diff STEP=10
    [[ $status -eq 0 ]]
    quiet_make demo STEP=10 COUNT=1
    grep -q '^client | hello world$' <<<"$output" || fail "$output"
    PREPARED='' bats --tap --filter '11 bytes' tests/step10.bats 3>&-
    diff ../before <(find . -type f | grep -vxE './(a\.out|clients/client|build/.*)' | sort)
    quiet_make clean
    find . -type f | sort | diff ../before -
}

@test "make diff: shows the new call, and all of the first step" {
    quiet_make -C "$root" diff STEP=3
    [[ $status -eq 0 && ${lines[0]} == "--- step02-bind/server.c" && ${lines[1]} == "+++ step03-listen/server.c" ]]
    [[ $output == *"+    if (listen(listening_fd, SOMAXCONN) == -1) {"* ]]
    quiet_make -C "$root" diff STEP=01
    [[ $status -eq 0 && ${lines[0]} == "--- /dev/null" ]]
}
