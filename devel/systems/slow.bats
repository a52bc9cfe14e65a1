#!/usr/bin/env bats
# A program that takes its time is waited for: an own file, so that nobody waits for it.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "systems: a program that sleeps for longer than ten seconds before its first socket is not given up, and a terminal told why" {
    run env CHECK_STEP=1 python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
        "$root/tools/check" "sleep 11; exec $built/step01-socket"
    [[ $output == *"check: waiting for the program; this may take a minute"*"1 of 1 steps"* ]] || fail "$output"
}

@test "systems: a server that sends a byte after the other serves everybody, though its loop takes no notice of a client gone" {
    # shellcheck disable=SC2154  # from tests/prepare.bash
    sed -e '1i #define _DEFAULT_SOURCE' -e 's/if (write(connected_fd, reply, strlen(reply)) == -1)/for (size_t i = 0; i < strlen(reply); i++)\
            if (usleep(150000) == -1 || write(connected_fd, reply + i, 1) == -1)/' "$root/step05-write/server.c" >server.c
    run "$root/tools/check"
    [[ $status -eq 0 && $output == *"5 of 5 steps" ]] || fail "$output"
}
