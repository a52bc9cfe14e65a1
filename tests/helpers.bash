# helpers.bash: what the tests share: to start a program, to wait for its end, and to say what it printed.
#
# A program started under a NAME runs in the topmost folder of the repository, and what it prints is in
# NAME.out and NAME.err in the test's own folder, where the test itself runs. teardown ends all of them.
# shellcheck shell=bash disable=SC2034,SC2154  # variables come from bats and from tools/lib

set +T # see look_at_the_test_only
# shellcheck source=prepare.bash
source "${BASH_SOURCE[0]%/*}/prepare.bash"
printf -v built %q "$build" # in a command for a shell

setup() {
    look_at_the_test_only
    # Where bats is too old to know setup_suite.
    [[ ${PREPARED:-} == "$root" ]] || require_free_port
    prepare
    work=${BATS_TEST_TMPDIR:-$(new_folder)} # bats before 1.4 has none
    cd "$work" || return
    declare -gA pids=()
}

# look_at_the_test_only: what bats does before every command, to name the line of one that fails, costs more than most
# commands. It is to do that in the test, and not in what the test calls; nor, after a condition that fails, before the
# one in its own trap, whose line is 1.  (set +T, declare -t, trap DEBUG: bash(1))
look_at_the_test_only() {
    local trap
    set +T
    declare -ft "${BATS_TEST_NAME%% *}"
    trap=$(trap -p DEBUG)
    eval "${trap/\'/\'((LINENO == 1)) || }"
}

teardown() {
    local name
    for name in "${!pids[@]}"; do stop "$name"; done
    cd "$root" || return
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$work"
}

# fail LINE...: fails the test, and says why.
fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# start NAME COMMAND...: starts COMMAND in the background, and sets pid.
start() {
    local name=$1
    shift
    [[ -z ${pids[$name]:-} ]] || stop "$name"
    # Emptied here, so that nobody takes what an earlier NAME said for the new one's words.
    : >"$work/$name.out" 2>"$work/$name.err"
    (cd "$root" && exec "$build/launch" "$@") </dev/null >"$work/$name.out" 2>"$work/$name.err" 3>&- &
    pid=$!
    pids[$name]=$pid
}

# stop NAME: ends it, and all that it has started.
stop() {
    end_group "${pids[$1]}"
}

# finish NAME [SECONDS]: waits for the end of what was started under that name, and of all that it has
# started itself, and sets status. A limit, 20 s, so that nothing hangs.
finish() {
    local id=${pids[$1]:-$1} limit=${2:-20}
    wait_until "$limit" ended_or_ignored "$id" || true
    ended "$id" || fail "$1 has not ended after $limit s. It says:" "$(cat "$work/$1".* 2>/dev/null)"
    status=0
    wait "$id" || status=$?
    wait_until "$limit" group_gone "$id" || fail "What $1 started has not ended after $limit s."
}

# ends_with STATUS NAME...: does each of them end, with that exit status?
ends_with() {
    local name expected=$1
    shift
    for name in "$@"; do
        finish "$name"
        [[ $status == "$expected" ]] || fail "$name ends with exit status $status, not $expected." "$(cat "$work/$name.err")"
    done
}

# still_runs NAME: has it not ended?
still_runs() {
    ! ended "${pids[$1]}" || fail "$1 has ended. It says:" "$(cat "$work/$1".*)"
}

# prints NAME TEXT, says NAME TEXT: is that, and nothing else, on its standard output, its standard error?
prints() { assert_file "$work/$1.out" "$2"; }
says() { assert_file "$work/$1.err" "$2"; }

# assert_file FILE TEXT: does the file hold exactly these bytes?
assert_file() {
    local found
    # read succeeds only where it finds the NUL byte that it looks for: no text has one.
    if IFS= read -r -d '' found <"$1" || [[ $found != "$2" ]]; then
        fail "${1##*/} is not as expected." "--- expected" "$2" "--- found" "$(cat -A "$1")"
    fi
}

# --- a step's server, and its clients ------------------------------------------------------------

# start_server FOLDER: starts that step's program, or PROGRAM in its place, under the name server, and
# waits until the kernel shows that it has got as far as the step before its waiting: a socket, a bound
# one, a listening one. Sets server_pid.
start_server() {
    load_promise "$1"
    [[ -n ${PROGRAM:-} ]] || await_port "$1"
    launch_server "$1"
    if [[ -n ${PROGRAM:-} ]] && ! ready && grep -q 'bind(.*EADDRINUSE' "$work/trace" && ! listening; then
        wait_until 70 port_can_be_bound || true
        launch_server "$1"
    fi
    ready || fail "The server has not got as far as $1: no $ready_call." "It says:" "$(cat "$work"/server.*)" \
        "Its last calls:" "$(tail -n 3 "$work/trace")"
}

launch_server() {
    local command=("$build/${1##*/}")
    : >"$work/trace"
    [[ -z ${PROGRAM:-} ]] || command=(strace -f -o "$work/trace" bash -c "$PROGRAM")
    start server "${command[@]}"
    server_pid=$pid
    wait_until 20 ready_or_stuck || true
}

ready() {
    if [[ -z ${PROGRAM:-} ]]; then
        has_line "$work/server.err" "$ready_line"
        return
    fi
    case $ready_call in
        socket) grep -Eq 'socket\(AF_INET6?, SOCK_STREAM.* = [0-9]+$' "$work/trace" ;;
        bind) grep -Eq "bind\(.*htons\($port\).* = 0\$" "$work/trace" ;;
        listen) listening ;;
    esac
}

# ready_or_stuck: is it ready, or has it ended, or does it wait in pause or accept for good?
ready_or_stuck() {
    ready || ended "$server_pid" || waiting_in "$work/trace" pause ppoll accept accept4
}

# ended_or_ignored PID: has the client ended, or does PROGRAM wait in pause while clients are queued?
ended_or_ignored() {
    ended "$1" || { [[ -n ${PROGRAM:-} ]] && waiting_in "$work/trace" pause ppoll && accept_queue_holds 1; }
}

# start_clients [ARGUMENT...]: starts the three clients side by side, under the names c, python and ruby.
start_clients() {
    start c clients/client "$@"
    start python python3 clients/client.py "$@"
    start ruby ruby clients/client.rb "$@"
}

# calls_of FOLDER: prints, on one line, the system calls in the step's committed transcript, each once, in their
# order; not the printing of its one line, which every step does, nor what the C library does around a thread.
calls_of() {
    local line call calls='' around='rseq|set_robust_list|rt_sigprocmask|madvise|mmap|mprotect|getrandom|brk'
    [[ -n $1 ]] || return 0
    while read -r line; do
        [[ $line =~ ^(\[pid [0-9]+\] )?([a-z_0-9]+)\( ]] || continue
        call=${BASH_REMATCH[2]}
        [[ $line == write?(v)'(2,'* || $call =~ ^($around)$ || " $calls " == *" $call "* ]] || calls+=${calls:+ }$call
    done <"$root/$1/server.strace"
    echo "$calls"
}

# calls_added FOLDER, calls_gone FOLDER: prints the calls that the step's transcript has and that of the
# step before has not, and the other way round.
calls_added() {
    previous_step "$1"
    words_not_in "$(calls_of "$before")" "$(calls_of "$1")"
}
calls_gone() {
    previous_step "$1"
    words_not_in "$(calls_of "$1")" "$(calls_of "$before")"
}

# words_not_in THESE THOSE: prints the words of THOSE that THESE has not.
words_not_in() {
    local word found=()
    for word in $2; do [[ " $1 " == *" $word "* ]] || found+=("$word"); done
    echo "${found[*]}"
}

# reference_only: skips what cannot be asked of somebody else's program.
reference_only() {
    [[ -z ${PROGRAM:-} ]] || skip "about the repository's own files, not about PROGRAM"
}
set -T
