#!/usr/bin/env bats
# Clients that are hostile, or unlucky, against the servers that accept: step04 and those after it.
load test_helper

PROGRAM='' # not about anybody's program: these are the reference's own servers
export PROGRAM
hostile=$build/hostile

# each_accepting_server COMMAND...: runs COMMAND against a fresh server of each of those steps, and
# then asks whether an ordinary client is still served.
each_accepting_server() {
    all_steps
    for step in "${steps[@]}"; do
        load_promise "$step"
        [[ $client_exit != waits && $ready_call == listen ]] || continue
        start_server
        "$@"
        assert_served
        end_group "$server_pid"
    done
}

# assert_hostile RESULT ARGUMENT...: the hostile client prints RESULT.
assert_hostile() {
    start hostile "$hostile" "${@:2}"
    finish "$pid" 60
    [[ $status == 0 ]] || fail "hostile ${*:2}: exit status $status" "$(cat hostile.err)"
    assert_file hostile.out "${1:+$1$'\n'}"
}

# tally N: prints what hostile says when N clients got what the step promises.
tally() {
    if [[ -n $client_output ]]; then echo "$1 got the reply, 0 nothing, 0 failed"; else echo "0 got the reply, $1 nothing, 0 failed"; fi
}

# All of them are gone before accept returns: the server is stopped meanwhile.
reset_and_abandon() {
    local complaints=''
    pause_server
    assert_hostile '' reset 20
    assert_hostile '' abandon 20
    [[ $EUID -ne 0 ]] || assert_hostile '' syn 100
    kill -CONT "$server_pid"
    assert_served
    [[ -z $client_output ]] || complaints='     20 write: Broken pipe'$'\n''     20 write: Connection reset by peer'
    [[ $(sort server.err | uniq -c) == "$complaints" ]] || fail "Expected:" "$complaints" "Found:" "$(cat server.err)"
}

@test "hostile: RST before accept, FIN and then RST, a SYN and no more: reported, and the next is served" {
    each_accepting_server reset_and_abandon
}

silent_and_slow() {
    local holder
    start holder "$hostile" hold 1000
    holder=$pid
    wait_until 20 has_line holder.out holding || fail "$(cat holder.err)"
    assert_served 1

    start slow "$hostile" slow 1000 # a byte a second
    wait_until 20 read_or_closed "$pid"
    assert_served 1
    start quicker "$hostile" slow 10
    finish "$pid"
    assert_file quicker.out "$client_output"$'\n'
    ! ended "$holder" || fail "The silent connections did not last."
    assert_file server.err ""
}

# read_or_closed PID: has the slow client got its first byte, or the end?
read_or_closed() {
    [[ -s slow.out ]] || ended "$1"
}

@test "hostile: 1,000 silent clients and one who reads a byte a second keep nobody waiting" {
    each_accepting_server silent_and_slow
}

crowd() {
    local most
    most=$(</proc/sys/net/core/somaxconn)
    pause_server
    start crowd "$hostile" crowd $((most + 900))
    wait_until 20 accept_queue_holds "$most" || fail "Not $most wait:" "$(ss -ltn)" "$(cat crowd.err)"
    kill -CONT "$server_pid"
    finish "$pid" 60
    assert_file crowd.out "$(tally $((most + 900)))"$'\n'
    assert_file server.err ""
}

@test "hostile: with 900 clients more than the backlog holds, every one is served in the end" {
    each_accepting_server crowd
}

# The server closes with data unread, and the kernel therefore sends RST and not FIN.
megabyte() {
    local before
    before=$(aborted_closes)
    pause_server
    start mega "$hostile" mega
    wait_until 10 unread
    kill -CONT "$server_pid"
    finish "$pid"
    grep -Eqx "sent (all|a part), got \"$client_output\", then: (Connection reset by peer|Broken pipe)" mega.out ||
        fail "The client that sends a megabyte says: $(cat mega.out mega.err)"
    (($(aborted_closes) > before)) || fail "The kernel counted no close with unread data."
    assert_file server.err ""
}

# unread: does a connection of the server's hold data that nobody has read (Recv-Q)?
unread() {
    ss -Htn state established "sport = :$port" | awk '$1 > 0 { found = 1 } END { exit !found }'
}

# aborted_closes: prints how many connections the kernel has reset because of data left unread.
aborted_closes() {
    awk '/^TcpExt:/ { if (!column) { for (i = 1; i <= NF; i++) if ($i == "TCPAbortOnClose") column = i } else print $column }' /proc/net/netstat
}

@test "hostile: a client that sends a megabyte first gets the reply, and then a reset in place of the end" {
    each_accepting_server megabyte
}

# resources: prints the server's open descriptors, one a line.
descriptors() {
    (cd "/proc/$server_pid/fd" && echo *)
}

# resident: prints the server's resident memory, in KiB.
resident() {
    awk '/^VmRSS:/ { print $2 }' "/proc/$server_pid/status"
}

flood() {
    local open before after children=''
    open=$(descriptors)
    before=$(resident)
    assert_hostile "$(tally 20000)" flood 20000
    after=$(resident)
    [[ $(descriptors) == "$open" ]] || fail "Descriptors before: $open, and after: $(descriptors)"
    ((after - before <= 256)) || fail "Resident memory before: $before KiB, and after: $after KiB"
    read -r children <"/proc/$server_pid/task/$server_pid/children" || true
    [[ -z $children ]] || fail "It has children: $children"
    assert_file server.err ""
}

@test "hostile: 20,000 clients in a row: every one served, and no descriptor, process or memory lost" {
    each_accepting_server flood
}

@test "hostile: the helper refuses arguments that it does not know" {
    local arguments
    for arguments in '' 'reset' 'reset 0' 'flood x' 'nonsense 3' 'mega 1'; do
        # shellcheck disable=SC2086  # two words
        run "$hostile" $arguments
        [[ $status -eq 2 && ${#lines[@]} -eq 1 ]] || fail "$arguments: exit $status, $output"
    done
}
