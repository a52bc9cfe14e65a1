#!/usr/bin/env bats
# Signals at bad moments, and restarts in a row.
load test_helper

PROGRAM='' # not about anybody's program: these are the reference's own servers
export PROGRAM

# each_step COMMAND...: runs COMMAND for each step in turn, with its promise.
each_step() {
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        "$@"
    done
}

accepts() {
    [[ $client_exit != waits && $ready_call == listen ]]
}

# assert_ended SIGNAL: the signal ends the server, as its default action says, and without a word.
assert_ended() {
    finish "$server_pid"
    [[ $status == $((128 + $(kill -l "$1"))) ]] || fail "$step: SIG$1: exit status $status"
    assert_file server.err ""
}

# Stopped, with a client that has connected and waits: the client gets an end too, and a message.
ends_in_the_middle() {
    local signal client
    for signal in INT TERM HUP; do
        start_server
        if [[ $ready_call == listen ]]; then
            pause_server
            start client "$root/clients/client" 127.0.0.1 "$port" 1
            client=$pid
            wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
        fi
        kill -s "$signal" "$server_pid"
        kill -CONT "$server_pid" 2>/dev/null || true # the signal waits for that, and then comes first
        assert_ended "$signal"
        [[ $ready_call == listen ]] || continue
        finish "$client"
        [[ $status == 1 ]] || fail "$step: SIG$signal: the client's exit status is $status"
        assert_file client.out ""
        assert_file client.err "client: 127.0.0.1:$port: Connection reset by peer"$'\n'
    done
}

@test "signals: SIGINT, SIGTERM and SIGHUP end every step, and its waiting client is told" {
    each_step ends_in_the_middle
}

stops_and_goes_on() {
    local i client
    accepts || return 0
    start_server
    for i in 1 2 3; do
        pause_server
        start client "$root/clients/client" localhost "$port" 1
        client=$pid
        wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
        kill -CONT "$server_pid"
        finish "$client"
        [[ $status == "$client_exit" ]] || fail "$step: the client's exit status is $status" "$(cat client.err)"
        assert_file client.out "${client_output:+$client_output$'\n'}"
        assert_served
    done
    assert_file server.err "" # and accept did not complain of an interruption
    end_group "$server_pid"
}

@test "signals: SIGSTOP and SIGCONT in the middle of a client cost it nothing but time" {
    each_step stops_and_goes_on
}

survives_sigpipe() {
    [[ -n $client_output ]] || return 0
    start_server
    kill -PIPE "$server_pid"
    assert_served
    assert_file server.err ""
    end_group "$server_pid"

    # Nobody reads what it prints: the reader is gone before it starts.
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'exec 9> >(exec true); wait $!; exec "$1" >&9 9>&-' - "$build/$step"
    server_pid=$pid
    wait_until 10 listening || fail "$step: without a reader it does not listen." "$(cat server.err)"
    assert_served
    end_group "$server_pid"
}

@test "signals: SIGPIPE does not end a step that writes, nor does a reader who is gone" {
    each_step survives_sigpipe
}

# rounds N: starts, is visited and ended N times in a row, each time at once on the same port.
rounds() {
    local i signals=(INT TERM HUP KILL) reply='' fd
    trap - DEBUG # bats looks at every command, which makes this loop twice as slow
    for ((i = 0; i < $1; i++)); do
        start server "$build/$step"
        server_pid=$pid
        wait_until 10 ready_or_gone || fail "$step, round $((i + 1)): it does not start."
        [[ ! -s server.err ]] || fail "$step, round $((i + 1)): $(cat server.err)"
        exec {fd}<>"/dev/tcp/127.0.0.1/$port"
        [[ -z $client_output ]] || { IFS= read -r -d '' -t 10 -u "$fd" reply 2>/dev/null || true; }
        [[ -z $client_output || $reply == "$client_output" ]] || fail "$step, round $((i + 1)): got '$reply'"
        kill -s "${signals[i % 4]}" "$server_pid"
        assert_ended "${signals[i % 4]}"
        exec {fd}>&-
    done
}

ready_or_gone() {
    local printed=''
    read -r printed <server.out || true
    [[ $printed == "$ready_line" ]] || ! kill -0 "$server_pid" 2>/dev/null
}

restarts() {
    local count=10
    [[ $ready_call == listen ]] || return 0
    [[ -z $client_output ]] || count=100
    rounds "$count"
}

@test "signals: a hundred rounds of start, serve and stop on one port, and not one failed bind" {
    each_step restarts
}
