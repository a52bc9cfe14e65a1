#!/usr/bin/env bats
# Step 5: every client is told "hello world".
# PROGRAM='python3 mine.py' bats tests/step05.bats asks the same of a program of your own.
load helpers

@test "step05: the C, the Python and the Ruby client print hello world, five times" {
    start_server step05-write
    start_clients
    ends_with 0 c python ruby
    for client in c python ruby; do
        prints $client $'hello world\nhello world\nhello world\nhello world\nhello world\n'
        says $client ""
    done
    still_runs server
}

@test "step05: the reply is 11 bytes, and then the end" {
    start_server step05-write
    exec 4<>/dev/tcp/127.0.0.1/8001
    timeout 20 cat <&4 >reply || true # some program never closes
    assert_file reply "hello world"
}

@test "step05: a client that has gone before the reply does not end the server" {
    start_server step05-write
    kill -STOP "$server_pid"
    start rude python3 clients/rude.py
    ends_with 0 rude
    kill -CONT "$server_pid"
    start c clients/client localhost 8001 1
    ends_with 0 c
    prints c $'hello world\n'
}

@test "step05: strace shows two calls more: write, and the one that ignores SIGPIPE" {
    reference_only
    [[ $(calls_added step05-write) == "rt_sigaction write" && -z $(calls_gone step05-write) ]]
    grep -x 'write(4, "hello world", 11) *= 11' "$root/step05-write/server.strace"
    grep 'read(3, "hello world", .*) *= 11' "$root/step05-write/client.strace"
}
