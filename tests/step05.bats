#!/usr/bin/env bats
load test_helper

@test "step05: every client is told hello world, five times by default" {
    assert_clients_see_the_promise
}

@test "step05: strace shows the transcript, and the step's new calls" {
    reference_only
    assert_transcripts
}

@test "step05: the file is the one before plus the new call" {
    reference_only
    assert_only_the_new_call
}

@test "step05: Ctrl-C and SIGTERM end it, and it starts again at once" {
    reference_only
    assert_stops_and_restarts
}

@test "step05: what it prints shows at once, in a file and in a pipe" {
    reference_only
    assert_prints_at_once
}

@test "step05: the program of the step before does not pass" {
    reference_only
    assert_step_before_fails
}

@test "step05: a second server is refused the port" {
    reference_only
    assert_second_server_refused
}
