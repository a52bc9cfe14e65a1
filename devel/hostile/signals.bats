#!/usr/bin/env bats
# Signals at bad moments, and restarts in a row.
# shellcheck disable=SC2154  # variables come from the promise and from helpers
load ../../tests/helpers
load served

# ended_by NUMBER: does that signal end the step's server, without a word, while a client waits for
# it where it listens?
ended_by() {
    start_server "$step"
    if [[ $ready_call == listen ]]; then
        stop_for_a_while
        start client clients/client 127.0.0.1 "$port" 1
        wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
    fi
    kill "-$1" "$server_pid"
    go_on 2>/dev/null || true # the signal waits for that, and then comes first
    ends_with $((128 + $1)) server
    says_nothing
    [[ $ready_call == listen ]] || return 0
    ends_with 1 client
    says client "client: 127.0.0.1:$port: Connection reset by peer"$'\n'
}

@test "signals: SIGINT, SIGTERM and SIGHUP end every step, and it starts again at once" {
    for step in "$root"/step0*; do
        step=${step##*/}
        for signal in 2 15 1; do ended_by "$signal"; done
        start_server "$step" at_once
    done
}

stopped_for_a_client() {
    stop_for_a_while
    start client clients/client localhost "$port" 1
    wait_until 10 accept_queue_holds 1 || fail "$step: the client does not connect."
    go_on
    ends_with "$client_exit" client
    prints client "${client_output:+$client_output$'\n'}"
    says_nothing # accept did not complain of an interruption
}

@test "signals: SIGSTOP and SIGCONT in the middle of a client cost it nothing but time" {
    each_step stopped_for_a_client
}

@test "signals: SIGPIPE does not end step05, nor does a reader of its messages who has gone" {
    start_server step05-write
    kill -PIPE "$server_pid"
    assert_served
    says_nothing
    stop server
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'exec 9> >(exec true); wait $!; exec "$0" 2>&9 9>&-' "$build/step05-write"
    wait_until 10 listening || fail "Without a reader it does not listen."
    assert_served
}
