#!/usr/bin/env bats
# What the sanitizers and valgrind say while hostile clients, and odd servers, do their worst: the
# same tests are run on what they watch.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

setup_file() {
    unset PROGRAM
    prepare
}

# Not the clients in a row: a sanitizer keeps memory for a while that was given back.
@test "sanitizers: nothing found in the servers and the C client" {
    local program compile=(cc -g '-fsanitize=address,undefined' -fno-sanitize-recover=all)
    for program in step04-accept step05-write; do
        "${compile[@]}" -o $program "$root/$program/server.c" || skip "cc has no sanitizers"
    done
    "${compile[@]}" -o client "$root/clients/client.c"
    FILTER='^(clients|hostile: (RST|1,000|with 900|a client))' PROGRAMS=$work \
        run "$root/tests/run" tests/clients.bats devel/hostile/hostile.bats
    answers 0 '*11 passed, 0 failed, 0 skipped'
}

@test "valgrind: nothing found in step04, step05 and the C client" {
    command -v valgrind || skip "valgrind is not installed (tools/setup valgrind)"
    FILTER='^hostile: (RST|a client)' \
        RUNNER='valgrind -q --leak-check=full --error-exitcode=99 --exit-on-first-error=yes' \
        run "$root/tests/run" devel/hostile/hostile.bats
    answers 0 '*2 passed, 0 failed, 0 skipped'
}
