#!/usr/bin/env bats
# Step 1: a socket exists, and nobody can reach it.
# PROGRAM='python3 mine.py' bats tests/step01.bats asks the same of a program of your own.
load helpers

@test "step01: the C, the Python and the Ruby client are refused; strace shows socket and pause" {
    start_traced step01-socket
    start_clients
    each_client 1 "" $'client: localhost:8001: Connection refused\n'
    still_runs server
    strace_shows socket pause
}
