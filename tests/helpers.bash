# helpers.bash: what the tests share: to start programs, to wait for what they do, to compare what
# they print.
#
# A program started under a NAME runs in the top folder of the repository. What it prints is in
# NAME.out and NAME.err in the test's own folder, where the test itself runs. teardown ends every
# program that was started.
# shellcheck shell=bash disable=SC2034,SC2154  # variables come from bats, tools/lib, the promises

# shellcheck source=../tools/lib/all.bash
source "${BASH_SOURCE[0]%/*}/../tools/lib/all.bash"
printf -v built %q "$build" # for a command in a shell

# prepare: builds every step and the C client, once for all tests.
prepare() {
    local steps system=${PYTHON:-/usr/bin/python3}
    [[ ${PREPARED:-} != "$root" ]] || return 0
    require_strace
    all_steps
    steps=("${steps[@]##*/}")
    need clients/client "${steps[@]/#/build/}"
    mkdir -p "$build/bin"
    # A version manager's python3 takes a tenth of a second to find at each start.
    [[ ! -x $system ]] || ln -sf "$system" "$build/bin/python3"
    export PREPARED=$root STRACE_WORKS=yes WORKSHOP_LANG=en PATH=$build/bin:$PATH
    [[ -n ${PROGRAM:-} ]] || export RUBYOPT=--disable-gems
}

setup_file() {
    [[ ${PREPARED:-} == "$root" ]] || require_free_port
    prepare
}

setup() {
    declare -gA pids=()
    read -r -a runner <<<"${RUNNER:-}" # in front of a program of PROGRAMS: an emulator
    work=${BATS_TEST_TMPDIR:-$(mktemp -d)} # bats before 1.4 has none
    cd "$work" || return
}

teardown() {
    local name
    for name in "${!pids[@]}"; do stop "$name"; done
    cd "$root" || return
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$work"
}

# fail [--expected TEXT --found TEXT] [LINE...]: fails the test and says why. Each line of the two
# texts has its label.
fail() {
    if [[ $1 == --expected ]]; then
        printf '%s\n' "expected: ${2//$'\n'/$'\n'expected: }" "found: ${4//$'\n'/$'\n'found: }" >&2
        shift 4
    fi
    printf '%s\n' "$@" >&2
    return 1
}

# answers STATUS PATTERN: has the command of bats' run ended with that status, and printed that?
answers() {
    # shellcheck disable=SC2053  # a pattern
    [[ $status -eq $1 && $output == $2 ]] || fail --expected "$1, $2" --found "$status, $output"
}

# --- programs

# start NAME COMMAND...: starts COMMAND in the background, and sets pid. PROGRAMS may hold another C
# client.
start() {
    local name=$1 said=$work/$1
    shift
    [[ $1 != clients/client ]] || set -- "${runner[@]}" "${PROGRAMS:-clients}/client" "${@:2}"
    [[ -z ${pids[$name]:-} ]] || stop "$name"
    : >"$said.out" 2>"$said.err" # at once: the program may need a moment to begin
    set -m # a process group of its own, which takes SIGINT
    (close_descriptors && cd "$root" && exec "$@") </dev/null >"$said.out" 2>"$said.err" &
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
    local pid=${pids[$1]}
    kill -- "-$pid" 2>/dev/null || true
    wait_until 2 ended "$pid" || true
    kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# ended PID: has the process ended? One whom nobody has waited for (a zombie) has.  (proc(5), stat)
ended() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${line##*) } == [ZX]* ]] # behind "pid (name) "
}

# finish NAME [SECONDS]: waits for the program's end, 20 s at most, and sets status.
finish() {
    local pid=${pids[$1]:-$1}
    wait_until "${2:-20}" ended_or_ignored "$pid" || true
    ended "$pid" || fail --expected "$1 ends" --found "$1 still waits" "$(last_words "$1")"
    status=0
    wait "$pid" || status=$?
}

# ends_with STATUS NAME...: does each of them end, with that exit status?
ends_with() {
    local name
    for name in "${@:2}"; do
        finish "$name"
        [[ $status == "$1" ]] ||
            fail --expected "$name ends with $1" --found "ends with $status" "$(last_words "$name")"
    done
}

# still_runs NAME: has it not ended?
still_runs() {
    ! ended "${pids[$1]}" || fail --expected "$1 runs" --found "it has ended" "$(last_words "$1")"
}

# last_words NAME: prints what it, and the server, have printed last.
last_words() {
    (cd "$work" && tail -n 5 "$1.out" "$1.err" server.err 2>/dev/null) || true
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

# has_line FILE LINE: is that a whole line of the file?
has_line() { grep -qsxF -e "$2" "$1"; }

# copy_all FOLDER: copies the course, with the steps as they were built, into that folder.
copy_all() {
    mkdir -p "$1/build"
    cp -pr "$root"/{.git[ai]*,Makefile,README*,tools,tests,clients,docs,beyond,step*} "$1"
    cp -p "$build"/step* "$1/build"
}

# --- a step's server, and its clients

# start_server FOLDER [at_once]: starts that step's program, or PROGRAM in its place, under the name
# server, and waits until it has made its last call before it waits: socket, bind or listen. Sets
# server_pid. Without at_once, a program that need not set SO_REUSEADDR may wait for a minute, until
# the kernel has forgotten an earlier one.
start_server() {
    load_promise "$1"
    launch_server "$1"
    if [[ ${2:-} != at_once && (-n ${PROGRAM:-} || $1 == step0[123]-*) ]] && port_is_refused; then
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

port_is_refused() {
    ! ready &&
        grep -Eq 'bind(\(.*EADDRINUSE|: Address already in use)' "$work/trace" "$work/server.err"
}

# waiting_in CALLS: does the server's trace end in one of the calls (a|b), not yet returned?
waiting_in() { tail -n 1 "$work/trace" | grep -Eq "(^| )($1)\([^=]*$"; }

# ended_or_ignored PID: has the client ended, or does PROGRAM wait in pause while clients are
# queued?
ended_or_ignored() {
    ended "$1" || { [[ -n ${PROGRAM:-} ]] && waiting_in 'pause|ppoll' && accept_queue_holds 1; }
}

# accept_queue_holds N: do at least N finished connections wait for accept?
accept_queue_holds() { listening && ((queued >= $1)); }

# stop_for_a_while: stops the server with SIGSTOP, and waits until it has stopped. go_on ends that.
stop_for_a_while() {
    kill -STOP -- "-$server_pid"
    wait_until 10 grep -q ') T ' "/proc/$server_pid/stat" || fail "The server does not stop."
}
go_on() { kill -CONT -- "-$server_pid"; }

# start_clients [ARGUMENT...]: starts the three clients side by side, under the names c, python and
# ruby.
start_clients() {
    start c clients/client "$@"
    start python python3 clients/client.py "$@"
    start ruby ruby clients/client.rb "$@"
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

# --- what strace shows

# calls_in TRACE: prints the system calls from socket on, a line each; not the greeting, nor what
# the C library does around a thread.
calls_in() {
    sed -nE '/socket\(AF_INET/,$ {
        /writev?\(2,/d
        s/^(\[pid +[0-9]+\] |[0-9]+ +)?ppoll/pause/
        s/^(\[pid +[0-9]+\] |[0-9]+ +)?([a-z_0-9]+)\(.*/\2/p
    }' "$1" | grep -vxE 'rseq|set_robust_list|rt_sigprocmask|madvise|m.*map|mprotect|getrandom|brk'
}

# strace_shows CALL...: does the server's trace show these calls, in this order, and no others?
# PROGRAM may make more, and accept4 or send in place of accept and write.
strace_shows() {
    wait_until 5 trace_has "$*" || fail --expected "$*" --found "$(calls_once "$work/trace")"
}

calls_once() { calls_in "$1" | awk '!seen[$0]++' | paste -s -d ' ' -; }

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

# --- until their users have gone

end_group() { kill -KILL -- "-$1" 2>/dev/null; wait "$1" 2>/dev/null || true; }
calls_of() { [[ -z $1 ]] || calls_once "$root/$1/server.strace"; }
calls_added() { previous_step "$1"; words_not_in "$(calls_of "$before")" "$(calls_of "$1")"; }
calls_gone() { previous_step "$1"; words_not_in "$(calls_of "$1")" "$(calls_of "$before")"; }
words_not_in() {
    local word found=()
    for word in $2; do [[ " $1 " == *" $word "* ]] || found+=("$word"); done
    echo "${found[*]}"
}
