#!/usr/bin/env bats
# What one types: make, make stepNN; and that nothing is left where it should not be.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

quiet_make() {
    run make --no-print-directory "$@"
}

@test "make: alone it lists an attendee's commands, in 80 columns; make maintain the rest" {
    local lang target line bytes
    for lang in en ja; do
        WORKSHOP_LANG=$lang quiet_make -C "$root"
        [[ $status -eq 0 && ${#lines[@]} -le 23 ]] || fail "${#lines[@]} rows:" "$output"
        for line in "${lines[@]}"; do
            # A character of Japanese has two columns and three bytes.
            bytes=$(LC_ALL=C && echo ${#line})
            (((${#line} + bytes) / 2 <= 80)) || fail "Wider than 80 columns: $line"
        done
        for target in check hint watch trace page demo diff break riddle clients test step01; do
            [[ $output == *"  make $target "* ]] || fail "no $target:" "$output"
        done
        [[ $output == *"make maintain"* && $output != *transcripts* ]] || fail "$output"
    done
    [[ ${lines[0]} == "ワークショップ" ]] || fail "$output"
    quiet_make -C "$root" maintain
    for target in proofs lint transcripts figures lessons faults bench elsewhere; do
        [[ $output == *"  make $target "* ]] || fail "no $target:" "$output"
    done
}

@test "make: an unknown step gets a line that names those there are" {
    for name in step9 stepx; do
        quiet_make -C "$root" "$name"
        answers 2 "*There is no step '$name'. The steps are: step01 step02 *"
        [[ ${#lines[@]} -eq 1 ]] || fail "$output"
    done
}

# In a copy: ./a.out belongs to the reader, and no test touches it.
@test "make: a further step is a folder and a test file; what has changed is built; clean ends it" {
    copy_all copy
    cd copy
    cp -r step03-listen step99-again
    sed 's/step03/step99/; s/step99-listen/step99-again/' tests/step03.bats >tests/step99.bats
    rm -f clients/client
    find . -type f | grep -v '^./build/' | sort >../before

    quiet_make step99
    [[ $output == "cc -Wall -Wextra -o a.out step99-again/server.c" && -x a.out ]] || fail "$output"
    quiet_make diff STEP=99
    [[ $status -eq 0 ]] || fail "$output"
    quiet_make test STEP=99
    [[ $status -eq 0 && $output == *" passed, 0 failed"* ]] || fail "$output"
    find . -type f | grep -vxE './(a\.out|clients/client|build/.*)' | sort | diff ../before -

    make -q build/step05-write clients || fail "make builds again what is built."
    touch step05-write/server.c clients/client.c
    for target in build/step05-write clients; do
        ! make -q "$target" || fail "make $target: a change of its source is not built."
    done
    quiet_make clean
    find . -type f | sort | diff ../before -
}
