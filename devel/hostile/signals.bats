#!/usr/bin/env bats
# Signals at bad moments, and restarts in a row.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load served

setup_file() {
    unset PROGRAM # not about anybody's program
}

# assert_ended NUMBER: that signal ends the server, as its default action says, and without a word.
assert_ended() {
    finish server
    [[ $status == $((128 + $1)) ]] || fail "$step: signal $1: exit status $status"
    says_nothing
}

@test "signals: SIGINT, SIGTERM and SIGHUP end every step, its waiting client is told, and it starts again at once" {
    all_steps
    for step in "${steps[@]}"; do
        for signal in 2 15 1; do ended_by "$signal"; done
        start_server "$step"
    done
}

# ended_by NUMBER: does that signal end the step's server, which a client waits for where it listens?
ended_by() {
    start_server "$step"
    if [[ $ready_call == listen ]]; then
        pause_server
        start client clients/client 127.0.0.1 "$port" 1
        wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
    fi
    kill "-$1" "$server_pid"
    kill -CONT "$server_pid" 2>/dev/null || true # the signal waits for that, and then comes first
    assert_ended "$1"
    [[ $ready_call == listen ]] || return 0
    ends_with 1 client
    says client "client: 127.0.0.1:$port: Connection reset by peer"$'\n'
}

@test "signals: SIGSTOP and SIGCONT in the middle of a client cost it nothing but time" {
    accepting_steps
    for step in "${steps[@]}"; do stopped_for_a_client; done
}

stopped_for_a_client() {
    start_server "$step"
    pause_server
    start client clients/client localhost "$port" 1
    wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
    kill -CONT "$server_pid"
    ends_with "$client_exit" client
    prints client "${client_output:+$client_output$'\n'}"
    assert_served
    says_nothing # and accept did not complain of an interruption
}

@test "signals: SIGPIPE does not end a step that writes, nor does a reader of its messages who is gone" {
    step=step05-write
    start_server $step
    kill -PIPE "$server_pid"
    assert_served
    says_nothing
    end_group "$server_pid"

    # Nobody reads what it says: the reader is gone before it starts.
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'exec 9> >(exec true); wait $!; exec "$1" 2>&9 9>&-' - "$build/$step"
    wait_until 10 listening || fail "$step: without a reader it does not listen."
    assert_served
}

# Starts, is visited and ended in a row, each time at once on the same port.
@test "signals: twelve rounds of start, serve and stop on one port, and not one failed bind" {
    step=step05-write
    for round in {1..3}; do
        for signal in 2 15 1 9; do served_and_ended_by "$signal"; done
    done
}

# served_and_ended_by NUMBER: is a client of the step's server told what it promises, and does that signal end it then?
served_and_ended_by() {
    local reply='' fd
    start_server $step
    exec {fd}<>"/dev/tcp/127.0.0.1/$port"
    IFS= read -r -d '' -t 10 -u "$fd" reply 2>/dev/null || true
    [[ $reply == "$client_output" ]] || fail "Round $round: got '$reply'"
    kill "-$1" "$server_pid"
    assert_ended "$1"
    exec {fd}>&-
}
