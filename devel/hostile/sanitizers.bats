#!/usr/bin/env bats
# What the sanitizers and valgrind say of step05's server and of the C client, whatever the other
# side does.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load served

sanitized=(cc -g '-fsanitize=address,undefined' -fno-sanitize-recover=all)
valgrind="valgrind -q --read-inline-info=no --error-exitcode=99 --exit-on-first-error=yes"

# all_do_their_worst: does step05's server live on, and serve, and say nothing else than it should?
all_do_their_worst() {
    start_server step05-write
    hostile reset 5
    hostile abandon 5
    start_megabyte
    finish megabyte
    start_load 150 50
    ends_with 0 load
    assert_served
    still_runs server
    grep -vE '^write: (Broken pipe|Connection reset by peer)$' server.err >said
    assert_file said "$ready_line"$'\n'
}

@test "sanitizers: address and undefined behaviour: nothing found in the server" {
    "${sanitized[@]}" -o step05-write "$root/step05-write/server.c" || skip "cc has no sanitizers"
    ln -s "$root/clients/client" .
    PROGRAMS=$work all_do_their_worst
}

@test "valgrind: nothing found in the server" {
    command -v valgrind || skip "valgrind is not installed (tools/setup valgrind)"
    RUNNER=$valgrind setup
    all_do_their_worst
}

# odd_replies ODDITIES COMMAND...: does the C client, so called, end with 0 or 1 at each of them,
# and with 2 where it is called wrongly, and not with what an error found ends it?
odd_replies() {
    local name
    start odd python3 tests/odd_server.py
    wait_until 20 has_line odd.out ready || fail "$(<odd.err)"
    for name in $1; do start "$name" "${@:2}" 127.0.0.1 "$(sed -n "s/^$name //p" odd.out)" 2 0; done
    start usage "${@:2}" --help
    for name in $1 usage; do
        finish "$name"
        [[ $status -le 1 || $name$status == usage2 ]] ||
            fail "$name ends with $status" "$(last_words "$name")"
    done
}

@test "sanitizers and valgrind: nothing found in the C client, whatever the server sends" {
    export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
    "${sanitized[@]}" -o client "$root/clients/client.c" || skip "cc has no sanitizers"
    odd_replies "pieces lines binary nothing reset middle megabyte" "$work/client"
    command -v valgrind || skip "valgrind is not installed (tools/setup valgrind)"
    # shellcheck disable=SC2086  # several words
    odd_replies "pieces middle" $valgrind --leak-check=full clients/client
}
