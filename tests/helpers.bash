# helpers.bash: what the tests share: to start programs, to wait for what they do, to compare what they print.
#
# A program started under a NAME runs in the top folder of the repository. What it prints is in NAME.out and
# NAME.err in the test's own folder, where the test itself runs. teardown ends every program that was started.
# shellcheck shell=bash disable=SC2034,SC2046,SC2086,SC2154  # variables come from bats and from tools/lib

# shellcheck source=../tools/lib/all.bash
source "${BASH_SOURCE[0]%/*}/../tools/lib/all.bash"
printf -v built %q "$build" # for a command in a shell

# prepare: builds every step and the C client, once for all tests.
prepare() {
    local steps python
    [[ ${PREPARED:-} != "$root" ]] || return 0
    require_strace
    all_steps
    steps=("${steps[@]##*/}")
    need clients/client "${steps[@]/#/build/}"
    # The system's own python3, if it will do: a version manager's takes a tenth of a second to find.
    python=$(PATH=/usr/bin:$PATH command -v "${PYTHON:-python3}")
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || python=$(command -v python3)
    mkdir -p "$build/bin"
    ln -sf "$python" "$build/bin/python3"
    export PREPARED=$root STRACE_WORKS=yes WORKSHOP_LANG=en PATH=$build/bin:$PATH
    [[ -n ${PROGRAM:-} ]] || export RUBYOPT=--disable-gems
}

setup_file() {
    [[ ${PREPARED:-} == "$root" ]] || require_free_port
    prepare
}

setup() {
    declare -gA pids=()
    read -r -a runner <<<"${RUNNER:-}" # in front of a program of ours: an emulator, valgrind
    work=${BATS_TEST_TMPDIR:-$(new_folder)} # bats before 1.4 has none
    cd "$work" || return
}

teardown() {
    local name
    for name in "${!pids[@]}"; do stop "$name"; done
    cd "$root" || return
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$work"
}

# fail LINE...: fails the test and says why.
# fail --expected TEXT --found TEXT [LINE...]: the same, with these labels before each line of the texts.
fail() {
    if [[ $1 == --expected ]]; then
        printf 'expected: %s\n' "${2//$'\n'/$'\n'expected: }" >&2
        printf 'found: %s\n' "${4//$'\n'/$'\n'found: }" >&2
        shift 4
    fi
    [[ $# -eq 0 ]] || printf '%s\n' "$@" >&2
    return 1
}

# --- programs --------------------------------------------------------------------------------------

# start NAME COMMAND...: starts COMMAND in the background, and sets pid.
start() {
    local name=$1
    shift
    [[ -z ${pids[$name]:-} ]] || stop "$name"
    : >"$work/$name.out" 2>"$work/$name.err" # before the program is there
    set -m # a process group of its own, which takes SIGINT
    (close_descriptors && cd "$root" && exec "$@") </dev/null >"$work/$name.out" 2>"$work/$name.err" &
    set +m
    pid=$!
    pids[$name]=$pid
}

# close_descriptors: closes all but 0, 1 and 2.
close_descriptors() {
    local fd
    for fd in "/proc/$BASHPID/fd/"*; do
        fd=${fd##*/}
        ((fd < 3)) || eval "exec $fd>&-"
    done
}

# stop NAME: ends the program and all that it has started.
stop() {
    kill -- "-${pids[$1]}" 2>/dev/null || true
    wait_until 2 ended "${pids[$1]}" || true
    kill -KILL -- "-${pids[$1]}" 2>/dev/null || true
    wait "${pids[$1]}" 2>/dev/null || true
}

# ended PID: has the process ended? One whom nobody has waited for (a zombie) has.  (proc(5), stat)
ended() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${line##*) } == [ZX]* ]] # behind "pid (name) "
}

# finish NAME [SECONDS]: waits for the program's end, 20 s at most, and sets status.
finish() {
    wait_until "${2:-20}" ended_or_ignored "${pids[$1]}" || true
    ended "${pids[$1]}" || fail --expected "$1 ends" --found "$1 still waits" "$(last_words "$1")"
    status=0
    wait "${pids[$1]}" || status=$?
}

# last_words NAME: prints what it, and the server, have printed last.
last_words() {
    tail -n 5 "$work/$1.out" "$work/$1.err" "$work/server.err" 2>/dev/null || true
}

# ends_with STATUS NAME...: does each of them end, with that exit status?
ends_with() {
    local name expected=$1
    shift
    for name in "$@"; do
        finish "$name"
        [[ $status == "$expected" ]] ||
            fail --expected "$name: exit status $expected" --found "$name: exit status $status" "$(last_words "$name")"
    done
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

# still_runs NAME: has it not ended?
still_runs() {
    ! ended "${pids[$1]}" || fail --expected "$1 still runs" --found "$1 has ended" "$(last_words "$1")"
}

# prints NAME TEXT, says NAME TEXT: is that all there is on its standard output, its standard error?
prints() { assert_file "$work/$1.out" "$2"; }
says() { assert_file "$work/$1.err" "$2"; }

# assert_file FILE TEXT: does the file hold exactly these bytes?
assert_file() {
    local found
    # read succeeds only where it finds the NUL byte that it looks for: no text has one.
    if IFS= read -r -d '' found <"$1" || [[ $found != "$2" ]]; then
        fail --expected "$2" --found "$(tr '\0' '@' <"$1")" "That is ${1##*/}."
    fi
}

# has_line FILE LINE: is that a whole line of the file? As grep -qxF, without starting a program.
has_line() {
    local line
    { while IFS= read -r line; do
        [[ $line != "$2" ]] || return 0
    done <"$1"; } 2>/dev/null
    return 1
}

# --- a step's server, and its clients --------------------------------------------------------------

# start_server FOLDER [at_once]: starts that step's program, or PROGRAM in its place, under the name server, and
# waits until it has made its last call before it waits: socket, bind or listen. Sets server_pid. Without at_once,
# a program that need not set SO_REUSEADDR may wait for a minute, until the kernel has forgotten an earlier one.
start_server() {
    load_promise "$1"
    : >"$work/trace"
    launch_server "$1"
    if [[ -z ${2:-} && (-n ${PROGRAM:-} || $1 == step0[123]-*) ]] && port_is_refused; then
        wait_until 70 port_can_be_bound || true
        launch_server "$1"
    fi
    ready || fail --expected "a server that has got as far as $ready_call, on port $port" \
        --found "$(tail -n 3 "$work/trace" && cat "$work"/server.*)"
}

# start_traced FOLDER: the same, under strace. The trace is for strace_shows.
start_traced() {
    local runner=(strace -f -o "$work/trace")
    [[ -z ${RUNNER:-} ]] || skip "strace does not look into what $RUNNER runs"
    start_server "$@"
}

launch_server() {
    local command=("${runner[@]}" "${PROGRAMS:-$build}/${1##*/}")
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
        waiting_in "$work/trace" pause ppoll accept accept4
}

port_is_refused() {
    ! ready && grep -Eq 'bind(\(.*EADDRINUSE|: Address already in use)' "$work/trace" "$work/server.err"
}

# waiting_in FILE CALL...: does the trace end in one of the calls, not yet returned?
waiting_in() {
    local lines call
    { mapfile -t lines <"$1"; } 2>/dev/null || return 1
    for call in "${@:2}"; do
        [[ ! ${lines[*]: -1} =~ (^|\ )"$call("[^=]*$ ]] || return 0
    done
    return 1
}

# ended_or_ignored PID: has the client ended, or does PROGRAM wait in pause while clients are queued?
ended_or_ignored() {
    ended "$1" || { [[ -n ${PROGRAM:-} ]] && waiting_in "$work/trace" pause ppoll && accept_queue_holds 1; }
}

# accept_queue_holds N: do at least N finished connections wait for accept?
accept_queue_holds() {
    listening && ((queued >= $1))
}

# stop_for_a_while: stops the server with SIGSTOP, and waits until it has stopped. SIGCONT ends that.
stop_for_a_while() {
    kill -STOP -- "-$server_pid"
    wait_until 10 stopped || fail "The server does not stop."
}

stopped() {
    [[ $(<"/proc/$server_pid/stat") == *') T '* ]]
}

# start_clients [ARGUMENT...]: starts the three clients side by side, under the names c, python and ruby.
start_clients() {
    start c clients/client "$@"
    start python python3 clients/client.py "$@"
    start ruby ruby clients/client.rb "$@"
}

# --- what strace shows -----------------------------------------------------------------------------

# calls_in TRACE: prints the system calls from socket on, on one line; not the greeting, nor what the C library does
# around a thread.
calls_in() {
    local line call calls='' around='rseq|set_robust_list|rt_sigprocmask|madvise|mmap|mprotect|getrandom|brk'
    while read -r line || [[ -n $line ]]; do
        [[ $line =~ ^(\[pid [0-9]+\] |[0-9]+ +)?([a-z_0-9]+)\( ]] || continue
        call=${BASH_REMATCH[2]/#ppoll/pause}
        [[ $line == *write?(v)'(2,'* || $call =~ ^($around)$ || -z $calls && $call != socket ]] || calls+="$call "
    done <"$1"
    echo "$calls"
}

# each_once WORD...: prints the words, without repetitions.
each_once() {
    local word words=' '
    for word in "$@"; do [[ $words == *" $word "* ]] || words+="$word "; done
    words=${words# }
    echo "${words% }"
}

# strace_shows CALL...: does the server's trace show these calls, in this order, and no others? PROGRAM may make more,
# and accept4 or send in place of accept and write.
strace_shows() {
    wait_until 5 trace_has "$@" || fail --expected "$*" --found "$(each_once $(calls_in "$work/trace"))"
}

trace_has() {
    local call found
    found=$(calls_in "$work/trace")
    if [[ -z ${PROGRAM:-} ]]; then
        [[ $(each_once $found) == "$*" ]]
        return
    fi
    found=" $(sed -E 's/accept4/accept/g; s/send(to|msg)|writev/write/g' <<<"$found")"
    for call in "$@"; do
        [[ $call != @(pause|setsockopt|rt_sigaction) ]] || continue
        [[ $found == *" $call "* ]] || return 1
        found=" ${found#*" $call "}"
    done
}

# reference_only: skips what cannot be asked of somebody else's program.
reference_only() {
    [[ -z ${PROGRAM:-} ]] || skip "about the repository's own files, not about PROGRAM"
}

# --- until their users have gone -------------------------------------------------------------------

end_group() { kill -- "-$1" 2>/dev/null; wait_until 2 ended "$1" || kill -KILL -- "-$1"; wait "$1" 2>/dev/null || true; }
calls_of() { [[ -z $1 ]] || each_once $(calls_in "$root/$1/server.strace"); }
calls_added() { previous_step "$1"; words_not_in "$(calls_of "$before")" "$(calls_of "$1")"; }
calls_gone() { previous_step "$1"; words_not_in "$(calls_of "$1")" "$(calls_of "$before")"; }
words_not_in() {
    local word found=()
    for word in $2; do [[ " $1 " == *" $word "* ]] || found+=("$word"); done
    echo "${found[*]}"
}
