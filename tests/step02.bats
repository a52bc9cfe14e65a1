#!/usr/bin/env bats
load test_helper

@test "step02: every client is refused" {
    assert_clients_see_the_promise
}

@test "step02: strace shows the transcript, and the step's new calls" {
    reference_only
    assert_transcripts
}

@test "step02: the file is the one before plus the new call" {
    reference_only
    assert_only_the_new_call
}

@test "step02: Ctrl-C and SIGTERM end it, and it starts again at once" {
    reference_only
    assert_stops_and_restarts
}

@test "step02: what it prints shows at once, in a file and in a pipe" {
    reference_only
    assert_prints_at_once
}

@test "step02: the program of the step before does not pass" {
    reference_only
    assert_step_before_fails
}

@test "step02: a second server may have the port too, as long as neither listens" {
    reference_only
    assert_second_server_binds_too
}
