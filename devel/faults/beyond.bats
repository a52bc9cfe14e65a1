#!/usr/bin/env bats
# The fault matrix of the steps in beyond/, and that its cases are good for something.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

setup_file() {
    unset PROGRAM
    prepare
}

@test "faults beyond: every case is as expected" {
    "$root/devel/faults/faults" 06 07 08 09 >found || fail "$(<found)"
    (($(sed -n '$s/ cases.*//p' found) >= 100))
}

# broken STEP CALL STATEMENT: of that step's server without that statement, do the call's cases fail?
broken() {
    sed "s/$3;/;/" "$root/beyond/$1/server.c" >variant.c
    cc -w -o variant variant.c
    ! "$root/devel/faults/faults" --program variant --calls "$2" "${1:4:2}" >found || fail "$1 passes without $3."
    grep -q "^${1:0:6} $2 " found || fail "$(<found)"
}

@test "faults beyond: without what reports a failing call, its cases fail" {
    broken step06-read read 'perror("read")'
    broken step07-fork clone 'perror("fork")'
    broken step09-epoll epoll_create1 'perror("epoll")'
    broken step09-epoll read 'perror("serve")'
}
