#!/usr/bin/env bats
load test_helper

# check [COMMAND]: runs tools/check; CHECK_STEP may stand before it.
check() {
    run "$root/tools/check" "$@"
}

# judge_all FILE...: each server is judged as its header says.
judge_all() {
    python3 -B "$root/tests/catalogue.py" "$@" >reports 2>&1 || fail "$(cat reports)"
}

@test "check: every reference passes at its own step, and stops at the next" {
    local number=0 count
    all_steps
    count=${#steps[@]}
    for step in "${steps[@]}"; do
        number=$((number + 1))
        CHECK_STEP=$number check "$build/$step"
        [[ $status -eq 0 && ${lines[-1]} == "$number of $number steps" ]] || fail "$step:" "$output"
        ! grep -E 'mistake|note' <<<"$output" || fail "$step gets a hint:" "$output"
        ((number < count)) || continue
        check "$build/$step"
        [[ $status -eq 1 && ${lines[-1]} == "$number of $count steps" ]] || fail "$step:" "$output"
    done
}

@test "check: each step is proven by the program's own line, as in its transcript" {
    check "$build/step05-write"
    local line call
    for call in socket bind listen accept write; do
        line=$(grep "^$call(" "$root/step05-write/server.strace" | grep -v '(1,' | head -n 1 | tr -s ' ')
        grep -qE "^ok +step0[1-5]-$call +" <<<"$output" || fail "no $call:" "$output"
        [[ $output == *"${line%)*}"* ]] || fail "not the transcript's line: $line" "$output"
    done
    ! grep $'\033' <<<"$output" || fail "Colours in a pipe."
}

@test "check: every mistake in the catalogue gets its hint, and the step reached is right" {
    judge_all "$root"/tests/mistakes/*
}

@test "check: correct servers in other styles and languages pass, without a hint" {
    local file files=()
    for file in "$root"/tests/correct/*; do
        # Node and Go are no part of the workshop: where they are not, they are not listed.
        case $file in
            *.js) command -v node >/dev/null || continue ;;
            *.go) command -v go >/dev/null || continue ;;
            *.pl) command -v perl >/dev/null || continue ;;
        esac
        files+=("$file")
    done
    judge_all "${files[@]}"
}

@test "check: a failure report says what was expected, seen, what to try, read and run again" {
    ln -s "$build/step03-listen" a.out
    check
    local part
    for part in expected seen mistake 'try' 'read' again; do
        grep -qE "^    $part +[^ ]" <<<"$output" || fail "no $part:" "$output"
    done
    grep -qE '^    again +make check$' <<<"$output"
    grep -qE '^    read +step04-accept/README.md, or README.ja.md in Japanese$' <<<"$output"
    CHECK_STEP=4 check ./a.out
    grep -qE '^    again +make check STEP=4$' <<<"$output" || fail "$output"
}

# variant SED-SCRIPT: builds a changed step05 as ./variant.
variant() {
    sed "$1" "$root/step05-write/server.c" >variant.c
    ! cmp -s variant.c "$root/step05-write/server.c" || fail "$1 changes nothing."
    cc -w -o variant variant.c
}

@test "check: step04 alone asks for a close of every connection, of the right descriptor" {
    variant '/if (close/,/perror/d'
    CHECK_STEP=4 check ./variant
    [[ $status -eq 1 && $output == *"accepted and never closed"*"3 of 4 steps" ]] || fail "$output"
    variant 's/int connected_fd = accept(\(.*\));/int connected_fd; if ((connected_fd = accept(\1) == -1)) continue;/'
    CHECK_STEP=4 check ./variant
    [[ $status -eq 1 && $output == *"close was called with 0, and accept returned 4."*"3 of 4 steps" ]] || fail "$output"
}

@test "check: what is wrong with a server that serves everybody is a note" {
    variant 's/if (written == -1)/if (written != 0)/'
    check ./variant
    [[ $status -eq 0 && $output == *'note      It says "write: Success"'* ]] || fail "$output"
    variant 's/if (close(/getchar();&/'
    check ./variant
    [[ $status -eq 0 && $output == *"note      It reads from standard input"* ]] || fail "$output"
    # In a network of its own: what served before had another option, and keeps the port for a minute.
    unshare --net true 2>/dev/null || return 0
    variant 's/SO_REUSEADDR/SO_REUSEPORT/'
    # shellcheck disable=SC2016  # the inner shell expands it
    run unshare --net bash -c 'ip link set lo up && "$1" ./variant' - "$root/tools/check"
    [[ $status -eq 0 && $output != *"note "* ]] || fail "$output"
}

@test "check: where it cannot judge, one line says why" {
    check
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "check: there is no ./a.out: build one with make step01, or with cc server.c" ]] || fail "$output"
    touch a.out
    check
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "check: ./a.out may not be executed: chmod +x ./a.out,"* ]] || fail "$output"
    check 'no-such-program --port 1'
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == *"no-such-program: command not found" ]] || fail "$output"
    check 'server.c'
    [[ $status -eq 1 && $output == "check: server.c is a source file. Build it first, then check: cc server.c && make check" ]] || fail "$output"
    check 'strace ./a.out'
    [[ $status -eq 1 && $output == "check: make check runs strace itself: leave it out of PROGRAM" ]] || fail "$output"
    CHECK_STEP=9 check true
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "There is no step '9'."* ]] || fail "$output"
    check one two
    [[ $status -eq 2 && $output == "usage: make check "* ]] || fail "$output"

    step=step05-write
    load_promise "$step"
    start_server
    check true
    [[ $status -eq 1 && $output == "check: port 8001 is taken by step05-write (process $server_pid)."* ]] || fail "$output"
}

@test "check: at a terminal it says that it waits for a slow program" {
    run env CHECK_STEP=1 python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
        "$root/tools/check" "sleep 3.5; exec $build/step01-socket"
    [[ ${lines[0]} == "check: waiting for the program; this may take a minute"* ]] || fail "$output"
    [[ $output == *"1 of 1 steps"* ]] || fail "$output"
}

# In a network of its own: the port would not be free again for a minute.
@test "check: where TIME_WAIT keeps the port, it says which server did not set SO_REUSEADDR" {
    unshare --net true 2>/dev/null || skip "no network of its own can be made here"
    sed '/int on/,/}/d' "$root/step04-accept/server.c" >without.c
    cc -o without without.c
    cat >visit <<'END'
source "$1/tools/lib.bash"
ip link set lo up
"$build/launch" ./without &
pid=$!
wait_until 10 listening
"$root/clients/client" 127.0.0.1 "$port" 1
end_group "$pid"
for program in ./without "$build/step04-accept"; do
    "$build/launch" "$root/tools/check" "$program" >note &
    pid=$!
    wait_until 10 grep -q Waiting note
    end_group "$pid"
    cat note
done
END
    run unshare --net bash visit "$root"
    [[ $output == *"Your program does not set SO_REUSEADDR (step02-bind says how). It takes a minute at most."* ]] || fail "$output"
    [[ $output == *"Your program sets SO_REUSEADDR, but that server did not, and both must. It takes a minute at most."* ]] || fail "$output"
}

@test "check: strace not permitted is one line" {
    unset PREPARED # it says that strace may trace
    mkdir bin
    printf '#!/bin/sh\necho "strace: PTRACE_TRACEME: Operation not permitted" >&2\nexit 1\n' >bin/strace
    chmod +x bin/strace
    PATH="$work/bin:$PATH" check true
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "check: strace may not trace here (PTRACE_TRACEME: Operation not permitted)."* ]] || fail "$output"
}

# still_there: does a process live whose command line has our own mark in it?
still_there() {
    local file
    grep -ls "$work/stubborn" /proc/[0-9]*/cmdline >found || true # processes come and go meanwhile
    while IFS= read -r file; do
        [[ $(<"${file%cmdline}comm") == grep ]] || return 0
    done <found
    return 1
}

not_there() {
    ! still_there
}

@test "check: it leaves no process, not even one that forks away and ignores SIGTERM" {
    cat >stubborn <<'END'
#!/usr/bin/env bash
trap '' TERM INT HUP
touch "$0.runs"
setsid -f python3 -c 'import signal; signal.pause()' "$0" </dev/null >/dev/null 2>&1
while :; do python3 -c 'import signal; signal.pause()'; done
END
    chmod +x stubborn
    local signal
    mkdir tmp
    export TMPDIR=$work/tmp
    CHECK_STEP=1 check "$work/stubborn"
    [[ $status -eq 1 ]]
    not_there || fail "Left behind: $(cat found)"

    for signal in INT TERM; do
        rm stubborn.runs
        start "$signal" "$root/tools/check" "$work/stubborn"
        wait_until 10 test -e stubborn.runs || fail "$(cat "$signal.out" "$signal.err")"
        kill -s "$signal" -- "-$pid"
        finish "$pid"
        not_there || fail "SIG$signal leaves: $(cat found)"
        [[ $status -ne 0 && ! -s $signal.out ]] || fail "SIG$signal: status $status" "$(cat "$signal.out")"
    done
    [[ -z $(ls tmp) ]] || fail "Folders left behind: $(ls tmp)"
}

@test "check: it says so where the report cannot be written" {
    run bash -c '"$1" "$2" >&-' - "$root/tools/check" "$build/step05-write"
    [[ $status -eq 1 && $output == "check: standard output is closed" ]] || fail "$output"
    run bash -c '"$1" "$2" >/dev/full' - "$root/tools/check" "$build/step05-write"
    [[ $status -eq 1 && $output == "check: "*"No space left on device" ]] || fail "$output"
}

@test "make check: PROGRAM and STEP reach it, quotes and all" {
    mkdir 'a folder'
    cp "$build/step01-socket" 'a folder/server'
    run make --no-print-directory -C "$root" check STEP=01 PROGRAM="'$work/a folder/server'"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    run make --no-print-directory -C "$root" check STEP="1'"
    [[ $status -ne 0 && ${lines[0]} == "There is no step '1''. The steps are: "* ]] || fail "$output"
    cat >'my server.py' <<'END'
import signal, socket
server = socket.socket()
signal.pause()
END
    run make --no-print-directory -C "$root" check STEP=01 PROGRAM="python3 '$work/my server.py'"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    run make --no-print-directory -C "$root" check PROGRAM="python3 '$work/my server.py'"
    [[ $status -ne 0 && $output == *"1 of 5 steps"* ]] || fail "$output"
}

# The hints and the transcripts are held against English.
@test "check: whatever language the reader's system speaks, the program's calls are told in English" {
    # shellcheck disable=SC2016  # the program's shell expands it
    LC_ALL=ja_JP.UTF-8 LANGUAGE=ja run "$root/tools/check" 'exec >seen; echo "$LC_ALL ${LANGUAGE:-}"'
    has_line seen 'C.UTF-8 ' || fail "$(cat seen)" "$output"
}
