# served.bash: an ordinary client as the measure of a server's health, and hostile ones. Needs tests/helpers.
# shellcheck shell=bash disable=SC2034,SC2154  # kib is for the tests; variables come from the promise and from helpers

# assert_served: does an ordinary client get what the step promises, within SECONDS (20)?
assert_served() {
    local since=${EPOCHREALTIME/./} complaint=''
    [[ -z $client_error ]] || complaint="client: localhost:$port: $client_error"$'\n'
    start ordinary clients/client localhost "$port" 1
    finish ordinary "${1:-20}"
    since=$((${EPOCHREALTIME/./} - since))
    [[ $status == "$client_exit" ]] || fail "$step: an ordinary client's exit status is $status, not $client_exit." "$(<server.err)"
    prints ordinary "${client_output:+$client_output$'\n'}"
    says ordinary "$complaint"
    ((since <= ${1:-20} * 1000000)) || fail "An ordinary client has to wait for $since microseconds."
}

# accepting_steps: sets steps to those whose server accepts, and serves the three raw clients.
accepting_steps() {
    local each all=()
    all_steps
    for each in "${steps[@]}"; do
        load_promise "$each"
        [[ $client_exit == waits || $ready_call != listen || $each == beyond/* ]] || all+=("$each")
    done
    steps=("${all[@]}")
}

# hostile ARGUMENT...: does the hostile client, so called, end well, and print nothing?
hostile() {
    start hostile "$build/hostile" "$@"
    finish hostile 60
    [[ $status == 0 ]] || fail "hostile $*: exit status $status" "$(<hostile.err)"
    prints hostile ""
}

# start_load COUNT CONCURRENCY: starts so many clients, so many at a time, who expect what the step promises.
start_load() {
    local promised=nothing
    [[ -z $client_output ]] || promised=hello
    start load build/load "$promised" "$@" 60
}

# load_is_served: has every one of them got that?
load_is_served() {
    finish load 60
    [[ $status == 0 ]] || fail "$step: exit status $status" "$(<load.err)"
}

# start_megabyte: starts a client that sends a megabyte before it reads; what it reads is what it prints.
start_megabyte() {
    start megabyte bash -c 'exec 3<>/dev/tcp/127.0.0.1/8001; head -c 1048576 /dev/zero >&3; exec cat <&3'
}

# pause_server: stops the server with SIGSTOP and waits until it has stopped. SIGCONT ends that.
pause_server() {
    kill -STOP "$server_pid"
    wait_until 10 stopped || fail "The server does not stop."
}

stopped() {
    [[ $(<"/proc/$server_pid/stat") == *') T '* ]]
}

# says_nothing: has the server said nothing but its greeting?
says_nothing() {
    says server "$ready_line"$'\n'
}

# resident PID: sets kib to the process's resident memory, in KiB.
resident() {
    local name value
    while read -r name value _; do [[ $name != VmRSS: ]] || kib=$value; done <"/proc/$1/status"
}
