# server.bash: what the tests share about a step's server: the port, its start, its clients, and
# what strace shows of it. Part of helpers.bash.
# shellcheck shell=bash disable=SC2034,SC2154  # variables come from bats, tools/lib, the promises

# listening: does a program listen on the port? Sets queued to how many wait there for accept.
listening() { read -r _ queued _ < <(ss -Hltn "sport = :$port"); }

# accept_queue_holds N: do at least N finished connections wait for accept?
accept_queue_holds() { listening && ((queued >= $1)); }

# has_time_wait: has the kernel connections on the port that are over, and not yet forgotten?
has_time_wait() { [[ -n $(ss -Htan state time-wait "sport = :$port") ]]; }

# require_free_port: ends the program, with the holder's name, where something listens on the port.
require_free_port() {
    local line holder=another
    line=$(ss -Hltnp "sport = :$port")
    [[ -n $line ]] || return 0
    if [[ $line =~ \(\(\"([^\"]+)\",pid=([0-9]+) ]]; then
        holder="${BASH_REMATCH[1]}: kill ${BASH_REMATCH[2]}"
    fi
    die "port $port is taken by a program, $holder" "ポート $port は別のプログラムが使っています。$holder"
}

# start_server FOLDER [at_once]: starts that step's program, or PROGRAM in its place, under the name
# server, and waits until it has made its last call before it waits: socket, bind or listen. Sets
# server_pid. Without at_once, a program that need not set SO_REUSEADDR may wait for a minute, until
# the kernel has forgotten an earlier one.
start_server() {
    load_promise "$1"
    launch_server "$1"
    if [[ ${2:-} != at_once && (-n ${PROGRAM:-} || $1 == step0[123]-*) ]] && ! ready &&
        grep -Eq 'bind(\(.*EADDRINUSE|: Address already in use)' trace server.err; then
        wait_until 70 eval '! has_time_wait' || true
        launch_server "$1"
    fi
    ready || fail --expected "a server that has got as far as $ready_call, on port $port" \
        --found "$(tail -n 3 "$work/trace" && cat "$work"/server.*)"
}

# start_traced FOLDER: the same, under strace. The trace is for strace_shows.
start_traced() {
    local runner=("${runner[@]}")
    [[ -n ${RUNNER:-} ]] || runner=(strace -f -o "$work/trace")
    start_server "$1"
}

launch_server() {
    local command=("${runner[@]}" "${PROGRAMS:-$build}/${1##*/}")
    : >"$work/trace"
    [[ -z ${PROGRAM:-} ]] || command=(strace -f -o "$work/trace" bash -c "$PROGRAM")
    start server "${command[@]}"
    server_pid=$pid
    wait_until 20 ready_or_stuck || true
}

# ready: does the kernel, or the step's own greeting, show that it has got so far?
ready() {
    if [[ $ready_call == listen ]]; then listening; return; fi
    has_line "$work/server.err" "$ready_line" ||
        grep -Eq "$ready_call\((AF_INET6?, SOCK_STREAM|.*htons\($port\)).* = [0-9]+\$" "$work/trace"
}

# ready_or_stuck: is it ready, or has it ended, or will it get no further?
ready_or_stuck() {
    ready || ended "$server_pid" || has_line "$work/server.err" "$ready_line" ||
        waiting_in 'pause|ppoll|accept4?'
}

# waiting_in CALLS: does the server's trace end in one of the calls (a|b), not yet returned?
waiting_in() { tail -n 1 "$work/trace" | grep -Eq "(^| )($1)\([^=]*$"; }

# ended_or_ignored PID: has the client ended, or does PROGRAM wait in pause while clients queue?
ended_or_ignored() {
    ended "$1" || { [[ -n ${PROGRAM:-} ]] && waiting_in 'pause|ppoll' && accept_queue_holds 1; }
}

# stop_for_a_while: stops the server with SIGSTOP, and waits until it has stopped. go_on ends that.
stop_for_a_while() {
    kill -STOP -- "-$server_pid"
    wait_until 10 grep -q ') T ' "/proc/$server_pid/stat" || fail "The server does not stop."
}
go_on() { kill -CONT -- "-$server_pid"; }

# start_clients: starts the three clients side by side, under the names c, python and ruby.
start_clients() {
    start c clients/client
    start python python3 clients/client.py
    start ruby ruby clients/client.rb
}

# each_client STATUS OUT ERR: do the three clients end with that status, and print and say that?
each_client() {
    local client
    for client in c python ruby; do
        ends_with "$1" $client
        prints $client "$2"
        says $client "$3"
    done
}

# calls_in TRACE: prints the system calls from socket on, a line each; not the greeting, nor what
# the C library does around a thread.
calls_in() {
    sed -nE '/socket\(AF_INET/,$ {
        /writev?\(2,/d
        s/^(\[pid +[0-9]+\] |[0-9]+ +)?ppoll/pause/
        s/^(\[pid +[0-9]+\] |[0-9]+ +)?([a-z_0-9]+)\(.*/\2/p
    }' "$1" | grep -vxE 'rseq|set_robust_list|rt_sigprocmask|madvise|m.*map|mprotect|getrandom|brk'
}

# calls_once TRACE: prints them on one line, each once.
calls_once() { calls_in "$1" | awk '!seen[$0]++' | paste -s -d ' ' -; }

# strace_shows CALL...: does the server's trace show these calls, in this order, and no others?
# PROGRAM may make more, and accept4 or send in place of accept and write. strace does not look into
# what RUNNER runs.
strace_shows() {
    [[ -n ${RUNNER:-} ]] || wait_until 5 trace_has "$*" ||
        fail --expected "$*" --found "$(calls_once "$work/trace")"
}

trace_has() {
    local pattern
    [[ $(calls_once "$work/trace") != "$1" ]] || return 0
    pattern=$(sed -E 's/ ?(pause|setsockopt|rt_sigaction)//g; s/ /( .*)? /g
        s/accept/accept4?/; s/write/(writev?|send(to|msg))/' <<<"$1")
    [[ -n ${PROGRAM:-} && " $(calls_in "$work/trace" | paste -s -d ' ' -) " =~ \ $pattern\  ]]
}

# reference_only: skips what cannot be asked of somebody else's program.
reference_only() {
    [[ -z ${PROGRAM:-} ]] || skip "about the repository's own files, not about PROGRAM"
}
