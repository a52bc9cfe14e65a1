#!/usr/bin/env bats
# What the sanitizers say while hostile clients, and odd servers, do their worst: the same tests are
# run on what they watch.
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
    FILTER='^(clients|hostile: (RST|a client))' PROGRAMS=$work \
        run "$root/tests/run" tests/clients.bats devel/hostile/hostile.bats
    answers 0 '*8 passed, 0 failed, 0 skipped'
}
