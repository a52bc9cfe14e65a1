# test_helper.bash: what the tests share. Every .bats file loads it.
#
# With PROGRAM set, a step's tests run that command in place of the reference; what can only be
# asked of the reference (its source, its transcript) is then skipped.
# shellcheck shell=bash disable=SC2034,SC2154  # variables come from the promise files and from bats

# shellcheck source=../tools/lib.bash
source "$BATS_TEST_DIRNAME/../tools/lib.bash"

PROGRAM=${PROGRAM:-}
languages=(c python ruby)

setup() {
    # Where bats is too old to know setup_suite.
    [[ ${PREPARED:-} == "$root" ]] || require_free_port
    prepare_tests
    work=${BATS_TEST_TMPDIR:-$(new_folder)} # bats before 1.4 has none
    cd "$work" || return
    started=()
    if [[ ${BATS_TEST_FILENAME##*/} =~ ^(step[0-9][0-9])\.bats$ ]]; then
        step=$(step_folder "${BASH_REMATCH[1]}")
        load_promise "$step"
    fi
}

teardown() {
    local pid
    for pid in "${started[@]}"; do end_group "$pid"; done
    cd "$root" || return
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$work"
}

# fail LINE...: fails the test, and says why.
fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# start NAME COMMAND...: starts COMMAND in the background with NAME.out and NAME.err as its output,
# and sets pid. teardown ends it and all that it started.
start() {
    local name=$1
    shift
    # Emptied here, so that nobody takes what an earlier NAME said for the new one's words.
    : >"$name.out" 2>"$name.err"
    "$build/launch" "$@" </dev/null >"$name.out" 2>"$name.err" 3>&- &
    pid=$!
    started+=("$pid")
}

# finish PID: waits for a started command and sets status. A limit, so that nothing hangs.
finish() {
    wait_until "${2:-20}" ended "$1" || fail "process $1 has not ended after ${2:-20} s"
    status=0
    wait "$1" || status=$?
    wait_until "${2:-20}" group_gone "$1" || fail "what process $1 started has not ended after ${2:-20} s"
}

# start_server: starts PROGRAM or the step's reference and waits until it has got as far as the step
# promises. Sets server_pid.
start_server() {
    if [[ -n $PROGRAM ]]; then
        : >trace
        start server strace -f -o trace bash -c "$PROGRAM"
    else
        start server "$build/$step"
    fi
    server_pid=$pid
    wait_until 20 ready_or_stuck
    ready || fail "The server has not got as far as $step: $ready_call." \
        "Its last calls:" "$(tail -n 3 trace 2>/dev/null)" "It printed:" "$(cat server.out server.err)"
}

ready() {
    if [[ -z $PROGRAM ]]; then
        has_line server.out "$ready_line"
        return
    fi
    case $ready_call in
        socket) grep -Eq 'socket\(AF_INET6?, SOCK_STREAM.* = [0-9]+$' trace ;;
        bind) grep -Eq "bind\(.*htons\($port\).* = 0\$" trace ;;
        listen) listening ;;
    esac
}

ready_or_stuck() {
    ready || stuck
}

# stuck: has the server ended, or does it wait in pause, or in accept, for good?
stuck() {
    ended "$server_pid" || waits_in 'pause|ppoll|accept4?'
}

# waits_in CALLS: does the trace of PROGRAM end in one of the calls, not yet returned?
waits_in() {
    [[ -s trace && $(tail -n 1 trace) =~ ^([0-9]+\ +)?($1)\([^=]*$ ]]
}

# client_command LANGUAGE: sets client to the command that runs that client.
client_command() {
    case $1 in
        c) client=("$root/clients/client") ;;
        python) client=(python3 "$root/clients/client.py") ;;
        ruby) client=(ruby "$root/clients/client.rb") ;;
    esac
}

# assert_file FILE TEXT: does the file hold exactly these bytes?
assert_file() {
    local found
    # read succeeds only where it finds the NUL byte that it looks for: no text has one.
    if IFS= read -r -d '' found <"$1" || [[ $found != "$2" ]]; then
        fail "$1 is not as expected." "--- expected" "$2" "--- found" "$(cat -A "$1")"
    fi
}

# assert_served [SECONDS]: an ordinary client gets what the step promises, within SECONDS (20).
assert_served() {
    local since=${EPOCHREALTIME/./} complaint=''
    [[ -z $client_error ]] || complaint="client: localhost:$port: $client_error"$'\n'
    start ordinary "$root/clients/client" localhost "$port" 1
    finish "$pid" "${1:-20}"
    since=$((${EPOCHREALTIME/./} - since))
    [[ $status == "$client_exit" ]] || fail "An ordinary client's exit status is $status, not $client_exit." "$(cat server.err)"
    assert_file ordinary.out "${client_output:+$client_output$'\n'}"
    assert_file ordinary.err "$complaint"
    ((since <= ${1:-20} * 1000000)) || fail "An ordinary client has to wait for $since microseconds."
}

# pause_server: stops the server with SIGSTOP and waits until it has stopped. SIGCONT ends that.
pause_server() {
    kill -STOP "$server_pid"
    wait_until 10 in_state T "$server_pid" || fail "The server does not stop."
}

# in_state LETTER PID: is the process in that state?  (proc(5), stat)
in_state() {
    local line
    read -r line <"/proc/$2/stat" && [[ ${line##*) } == "$1 "* ]]
}

# copy_built FOLDER: gives a copy of the tree in FOLDER what is built here, so that make has no reason to
# build it again.
copy_built() {
    mkdir -p "$1/build"
    cp -p "$build"/step* "$build"/{launch,hostile} "$1/build"
    [[ ! -x $build/load ]] || cp -p "$build/load" "$1/build"
}

# reference_only: skips what cannot be asked of somebody else's program.
reference_only() {
    [[ -z $PROGRAM ]] || skip "about the reference's own files, not about PROGRAM"
}

# --- what each stepNN.bats asserts -------------------------------------------------------------

# All three clients, with default arguments and at the same time, see what the step promises.
assert_clients_see_the_promise() {
    local language pids=()
    if [[ -n $PROGRAM ]]; then
        CHECK_STEP=${step%%-*} "$root/tools/check" "$PROGRAM" >&2 || fail "make check says no, see above."
    fi
    start_server
    for language in "${languages[@]}"; do
        client_command "$language"
        start "$language" "${client[@]}"
        pids+=("$pid")
    done
    if [[ $client_exit == waits ]]; then
        assert_clients_wait "${pids[@]}"
    else
        assert_clients_end "${pids[@]}"
    fi
    ! ended "$server_pid" || fail "The server has ended." "$(cat server.err)"
}

# The kernel's own accept queue says that the handshakes are done and that nobody accepted.
assert_clients_wait() {
    local i
    wait_until 10 queued_or_ended "$@" || true
    if ! accept_queue_holds "$#"; then
        fail "Expected $# connections to wait for accept (Recv-Q in ss -ltn), found:" "$(ss -ltn "sport = :$port")" \
            "The clients say:" "$(cat ./*.out ./*.err)"
    fi
    for i in "$@"; do
        ! ended "$i" || fail "A client ended, and should wait:" "$(cat ./*.out ./*.err)"
    done
    for i in "${languages[@]}"; do
        assert_file "$i.out" ""
        assert_file "$i.err" ""
    done
}

queued_or_ended() {
    local i
    ! accept_queue_holds "$#" || return 0
    for i in "$@"; do
        ! ended "$i" || return 0
    done
    return 1
}

# ended_or_ignored PID: has the client ended, or does the server wait for something else than it?
ended_or_ignored() {
    ended "$1" || { waits_in 'pause|ppoll' && accept_queue_holds 1; }
}

assert_clients_end() {
    local i language reply="" complaint=""
    [[ -z $client_output ]] || for i in 1 2 3 4 5; do reply+=$client_output$'\n'; done
    [[ -z $client_error ]] || complaint="client: localhost:$port: $client_error"$'\n'
    for i in "${!languages[@]}"; do
        language=${languages[i]}
        wait_until 20 ended_or_ignored "${@:i+1:1}" || true
        ended "${@:i+1:1}" || fail "The $language client still waits for the server, which does: $(tail -n 1 trace)"
        finish "${@:i+1:1}"
        assert_file "$language.out" "$reply"
        assert_file "$language.err" "$complaint"
        [[ $status == "$client_exit" ]] || fail "The $language client's exit status is $status, not $client_exit."
    done
}

# A fresh recording equals the committed transcripts, and adds to the step before exactly the calls
# that the promise names, in the promise's order.
assert_transcripts() {
    local side before called='' called_before='' difference
    "$root/tools/record" "$step" fresh
    for side in server client; do
        portable_transcript <"$root/$step/$side.strace" >"promised.$side"
        portable_transcript <"fresh/$side.strace" >"seen.$side"
        diff -u "promised.$side" "seen.$side" ||
            fail "$step/$side.strace is not what strace shows now. If the change is meant: make transcripts"
    done
    before=$(previous_step "$step")
    if [[ -n $before ]]; then
        portable_transcript <"$root/$before/server.strace" >server.before
        find_calls server.before
        called_before=$called
    fi
    find_calls seen.server
    subtract "$called" "$called_before"
    [[ $difference == "$calls_added" ]] || fail "New calls: '$difference', promised: '$calls_added'"
    subtract "$called_before" "$called"
    [[ $difference == "$calls_removed" ]] || fail "Calls gone: '$difference', promised: '$calls_removed'"
}

# find_calls FILE: sets called to the names of the calls in a transcript, each once, in their order; not
# the printing of a line on standard output, which every step does.
find_calls() {
    local line
    called=''
    while IFS= read -r line; do
        [[ $line != write?(v)'(1,'* && $line =~ ^([a-z_0-9]+)\( ]] || continue
        [[ " $called " == *" ${BASH_REMATCH[1]} "* ]] || called+="${called:+ }${BASH_REMATCH[1]}"
    done <"$1"
}

# subtract WORDS WORDS: sets difference to the first ones without the second.
subtract() {
    local word
    difference=''
    for word in $1; do
        [[ " $2 " == *" $word "* ]] || difference+="${difference:+ }$word"
    done
}

# The step's file is the file before plus lines about the new call: of the old lines only the first,
# which names the step, the line that is printed and the calls that the promise removes may differ.
assert_only_the_new_call() {
    local before line call
    before=$(previous_step "$step")
    [[ -n $before ]] || return 0
    [[ $(head -n 1 "$root/$step/server.c") == "// make ${step%%-*} && strace ./a.out: "* ]] || fail "The first line is not the step's."
    diff <(tail -n +2 "$root/$before/server.c") <(tail -n +2 "$root/$step/server.c") >changes || true
    while IFS= read -r line; do
        [[ $line == '< '*fputs\(* ]] || mentions "$line" "$calls_removed" || fail "Changed or removed in $step: $line"
    done < <(grep '^<' changes)
    (($(grep -c '^>' changes) <= 25)) || fail "More than 25 new lines:" "$(cat changes)"
    for call in $calls_added; do
        [[ $call != rt_sigaction ]] || call=signal
        grep -q "^>.*\b$call(" changes || fail "$call is not among the new lines:" "$(cat changes)"
    done
    while IFS= read -r call; do
        mentions "$call(" "${calls_added/rt_sigaction/signal} sleep" || fail "$step also adds a call of $call."
    done < <(grep '^>' changes | grep -Eo '\b(socket|setsockopt|bind|listen|accept|signal|pause|read|recv|write|send|close|shutdown|sleep|fork|poll|fcntl)\(' | tr -d '(')
}

# mentions LINE CALLS: does the line call one of the calls?
mentions() {
    local call
    for call in $2; do
        [[ $1 != *"$call("* ]] || return 0
    done
    return 1
}

# Ctrl-C and SIGTERM end it; after it has served, it starts again at once on the same port.
assert_stops_and_restarts() {
    local signal expected
    for signal in INT TERM; do
        start_server
        "$root/clients/client" localhost "$port" 1 >/dev/null 2>&1 3>&- &
        [[ $client_exit != waits ]] || wait_until 10 accept_queue_holds 1
        [[ $client_exit == waits ]] || wait $! || true
        kill -s "$signal" "$server_pid"
        finish "$server_pid"
        wait || true
        expected=$((128 + $(kill -l "$signal")))
        [[ $status == "$expected" ]] || fail "SIG$signal: exit status $status, not $expected" "$(cat server.err)"
    done
    start_server
}

# A second server on the port is told so by bind, and fails.
assert_second_server_refused() {
    start_server
    start second "$build/$step"
    finish "$pid"
    assert_file second.out ""
    assert_file second.err "bind: Address already in use"$'\n'
    [[ $status == 1 ]] || fail "The second server's exit status is $status, not 1."
    ! ended "$server_pid"
}

# As long as neither listens, Linux lets a second server bind the port: both set SO_REUSEADDR.
assert_second_server_binds_too() {
    start_server
    start second "$build/$step"
    wait_until 10 has_line second.out "$ready_line" || fail "It did not get the port:" "$(cat second.err)"
    ! ended "$server_pid"
}

# The line that says the step is reached shows at once in a pipe and in a file, not at the exit.
assert_prints_at_once() {
    start_server # its output is a file
    end_group "$server_pid"
    # shellcheck disable=SC2016  # the inner shell expands it
    start piped bash -c '"$1" | cat' - "$build/$step"
    wait_until 10 has_line piped.out "$ready_line" || fail "Nothing came through the pipe." "$(cat piped.err)"
}

# These very tests, run on the program of the step before, fail: each step has its own proof. The
# first step's are run on a program that opens no socket at all.
assert_step_before_fails() {
    local before program=true
    before=$(previous_step "$step")
    [[ -z $before ]] || program=$build/$before
    if PROGRAM=$program bats --tap --filter 'every client' "$BATS_TEST_FILENAME" >nested 3>&-; then
        fail "The tests of $step pass on $program:" "$(cat nested)"
    fi
    grep -q '^not ok 1 ' nested || fail "They did not run:" "$(cat nested)"
}
