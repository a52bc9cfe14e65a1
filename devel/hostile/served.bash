# served.bash: hostile clients, and an ordinary one as the measure of a server's health. Needs
# tests/helpers.
# shellcheck shell=bash disable=SC2034,SC2154  # kib is for the tests; variables come from helpers

setup_file() {
    unset PROGRAM # not about anybody's program
    prepare
    need build/hostile
}

# assert_served: does an ordinary client get what the step promises?
assert_served() {
    start ordinary clients/client localhost "$port" 1
    ends_with "$client_exit" ordinary
    prints ordinary "${client_output:+$client_output$'\n'}"
    says ordinary "${client_error:+client: localhost:$port: $client_error$'\n'}"
}

# each_step COMMAND...: runs COMMAND against a fresh server of each step that accepts and is not in
# beyond/. An ordinary client is served afterwards.
each_step() {
    local step
    for step in step04-accept step05-write; do
        start_server "$step"
        "$@"
        assert_served
    done
}

# hostile ARGUMENT...: does the hostile client, so called, end well?
hostile() {
    start hostile "$build/hostile" "$@"
    finish hostile 60
    [[ $status == 0 ]] || fail "hostile $*: exit status $status" "$(last_words hostile)"
}

# start_load COUNT CONCURRENCY: starts so many clients, so many at a time, who expect what the step
# promises.
start_load() {
    start load "$build/hostile" load "$@" "$([[ -n $client_output ]] && echo hello || echo nothing)"
}

# start_megabyte: starts a client that sends a megabyte before it reads; what it reads is what it
# prints.
start_megabyte() {
    start megabyte bash -c 'exec 3<>/dev/tcp/127.0.0.1/8001
        head -c 1048576 /dev/zero >&3; exec cat <&3'
}

# says_nothing: has the server said nothing but its greeting?
says_nothing() {
    says server "$ready_line"$'\n'
}

# resident PID: sets kib to the process's resident memory, in KiB.
resident() {
    read -r _ kib _ < <(grep VmRSS "/proc/$1/status")
}
