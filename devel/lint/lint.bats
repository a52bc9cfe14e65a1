#!/usr/bin/env bats
# That lint finds what is wrong; and what the sanitizers and valgrind say about the server and the C client
# while hostile clients, and odd servers, do their worst.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load ../hostile/served

setup_file() {
    unset PROGRAM
    make -s -C "$BATS_TEST_DIRNAME/../.." build/hostile build/load
}

sanitizers=(-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all)

# require TOOL...: skips where a tool is missing.
require() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is not installed (tools/setup $tool)"
    done
}

# build_here NAME FLAG-OR-FILE...: builds a program into this test's folder.
build_here() {
    (cd "$root" && cc -g -o "$work/$1" "${@:2}") || skip "cc cannot build with ${*:2}"
}

# run_with COMMAND...: runs step05's server that way; has hostile clients come, and ends it with SIGTERM. It
# has every line that the steps before it have, but for pause.
run_with() {
    step=step05-write
    load_promise $step
    start server "$@"
    wait_until 60 has_line server.err "$ready_line" || fail "It does not start:" "$(<server.err)"
    hostile reset 5
    hostile abandon 5
    start_megabyte
    finish megabyte
    start_load 150 50
    load_is_served
    assert_served 60
    kill -TERM "${pids[server]}"
    ends_with 143 server
    ! grep -E 'Sanitizer|runtime error' server.err || fail "$(<server.err)"
}

# odd_requests SERVERS COMMAND...: has COMMAND, the C client behind rows.c, ask these of the odd servers, and
# with wrong arguments. What is printed is in rows.out.
odd_requests() {
    local name number rows=('--help' 'localhost 8001 x' 'localhost 1 1' 'unknown.invalid 1 1')
    while read -r name number; do
        [[ " $1 " != *" $name "* ]] || rows+=("127.0.0.1 $number 2 0")
    done <odd.out
    start rows "${@:2}" "${rows[@]}"
    ends_with 0 rows
    [[ $(grep -ac '^row [012] ' rows.out) -eq ${#rows[@]} ]] || fail "$(grep -a '^row' rows.out)" "$(<rows.err)"
}

@test "lint: gcc -fanalyzer, clang-tidy and cppcheck find what is wrong" {
    require gcc clang-tidy cppcheck
    printf '%s\n' '#include <stdlib.h>' 'int main(void)' '{' '    char *p = malloc(1);' '    free(p);' '    int four[4] = {0};' '    return *p + four[4];' '}' >wrong.c
    run "$root/devel/lint/lint" "$work/wrong.c"
    [[ $status -eq 1 && $output == *Werror=analyzer-* && $output == *clang-analyzer* && $output == *arrayIndexOutOfBounds* ]] || fail "$output"
}

@test "sanitizers: address and undefined behaviour: nothing found in the server, whatever clients do" {
    build_here server "${sanitizers[@]}" step05-write/server.c
    run_with "$work/server"
}

valgrind=(valgrind --read-inline-info=no --track-fds=yes)

@test "valgrind: no error in the server, and no descriptor open but the listening one" {
    local open
    require valgrind
    run_with "${valgrind[@]}" --log-file="$work/log" "$build/step05-write"
    grep -q 'ERROR SUMMARY: 0 errors' log || fail "$(<log)"
    open=$(grep -c ' Open ' log)
    ((open - $(grep -c 'inherited from parent' log) == 1)) || fail "It leaves open: $(<log)"
}

@test "sanitizers and valgrind: nothing found in the C client, whatever the server sends" {
    local id
    start odd python3 tests/odd_server.py
    wait_until 20 has_line odd.out ready || fail "$(<odd.err)"
    build_here sanitized "${sanitizers[@]}" -Wl,--wrap=main devel/lint/rows.c clients/client.c
    export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
    odd_requests "pieces binary nothing middle megabyte" "$work/sanitized"
    require valgrind
    build_here plain -Wl,--wrap=main devel/lint/rows.c clients/client.c
    odd_requests "pieces nothing middle" "${valgrind[@]}" --log-file="$work/log.%p" --leak-check=full --error-exitcode=99 "$work/plain"
    # What ends in an error is closed by the exit; after a reply, the client closes itself.
    while read -r id; do
        ! grep 'Open AF_INET' "log.$id" || fail "It leaves that open:" "$(<"log.$id")"
    done < <(sed -n 's/^row 0 \([0-9]*\) .*/\1/p' rows.out)
}
