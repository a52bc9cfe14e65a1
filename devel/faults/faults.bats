#!/usr/bin/env bats
# What the servers do when a call fails: the fault matrix, and what its cases are good for.
load test_helper

step=step05-write

# shown LANGUAGE: prints the rows of the matrix that the page shows.
shown() {
    grep '^| .[a-z_]*. [0-9]' "$root/docs/faults$1.md"
}

# failing CALLS: runs the matrix's cases of these calls on the variant of step05, and prints those that
# are not as expected: call, fault and when.
failing() {
    cc -o variant variant.c
    if "$root/tools/faults" --program ./variant --calls "$1" "$step" >found; then
        fail "The matrix passes without the guard."
    fi
    sed -n 's/^step05 \([^:]* error=[A-Z]*:signal=[A-Z]* [0-9]*\|[^:]*\): not .*/\1/p' found | sort
}

# cases PATTERN: prints step05's cases that match, as failing does.
cases() {
    awk -F'\t' '!/^#/ && $1 ~ /05$/ { print $2, $3, $4 }' "$root/tests/faults.tsv" | grep -E "$1" | sort
}

@test "faults: every case is as expected, and as docs/faults.md and docs/faults.ja.md show" {
    "$root/tools/faults" --markdown >found || fail "$(cat found)"
    total=$(sed -n '$s/ cases, .*//p' found)
    ((total >= 100)) || fail "Only $total cases."
    sed '$d' found >rows
    diff -u <(shown '') rows || fail "docs/faults.md shows something else than: tools/faults --markdown"
    diff -u <(shown .ja) rows || fail "docs/faults.ja.md shows something else than: tools/faults --markdown"
    grep -q "\*\*$total\*\*" "$root/docs/faults.md" || fail "docs/faults.md does not speak of **$total** cases."
    grep -q "\*\*$total\*\*" "$root/docs/faults.ja.md" || fail "docs/faults.ja.md does not speak of **$total** cases."
}

@test "faults: without the line about SIGPIPE, the cases with SIGPIPE fail" {
    sed '/^    signal(SIGPIPE/d' "$root/$step/server.c" >variant.c
    diff <(failing accept,write,rt_sigaction) <(cases 'SIGPIPE|rt_sigaction')
}

@test "faults: without accept's check, every case of accept but SIGPIPE fails" {
    sed '/^        if (connected_fd == -1) {/,/^        }/d' "$root/$step/server.c" >variant.c
    diff <(failing accept) <(cases '^accept error')
}

@test "faults: without write's check, every case of the reply's write fails" {
    sed '/^        if (written == -1)/,/^            fprintf/d' "$root/$step/server.c" >variant.c
    diff <(failing write,close) <(cases '^write .* 2$')
}

@test "faults: accept failing for good costs a line a second and no CPU, and ends with its cause" {
    local server since milliseconds ticks fields
    load_promise "$step"
    # Descriptors 0 to 3 are all it may have: for accept there is none, and that is no injected fault.
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'ulimit -Sn 4; exec "$1"' - "$build/$step"
    server=$pid
    wait_until 10 complaints 1
    since=${EPOCHREALTIME/./}
    start client "$root/clients/client" localhost "$port" 1
    wait_until 10 complaints 3
    milliseconds=$(((${EPOCHREALTIME/./} - since) / 1000))
    ((milliseconds > 1500)) || fail "Two more complaints within $milliseconds ms."
    assert_file client.out ""
    read -r -a fields <"/proc/$server/stat"
    ticks=$((fields[13] + fields[14])) # utime and stime, in hundredths of a second; see proc(5)
    ((ticks <= 5)) || fail "It used $ticks hundredths of a second of CPU."

    prlimit --pid "$server" --nofile=64
    finish "$pid"
    assert_file client.out "$client_output"$'\n'
    [[ $(sort -u server.err) == "accept: Too many open files" ]] || fail "$(cat server.err)"
}

# complaints N: has the server printed at least N lines on standard error?
complaints() {
    local lines
    mapfile -t lines <server.err
    ((${#lines[@]} >= $1))
}

@test "faults: wrong arguments are told so in one line" {
    local arguments
    for arguments in '--nonsense' '--program' '--program /etc/passwd' '9' 'x'; do
        # shellcheck disable=SC2086  # two words
        run "$root/tools/faults" $arguments
        [[ $status -eq 2 && ${#lines[@]} -eq 1 ]] || fail "$arguments: exit $status, $output"
    done
}
