#!/usr/bin/env bats
# What the servers do when a call fails: the fault matrix, and what its cases are good for.
load ../../tests/helpers

faults=$root/devel/faults/faults

# rows PAGE: prints the rows of the matrix that the page shows.
rows() {
    grep '^| .[a-z_0-9]*. [0-9]' "$root/docs/$1"
}

# failing CALLS: runs the matrix's cases of these calls on variant.c, a variant of step05, and prints those
# that are not as expected: call, fault and when.
failing() {
    cc -o variant variant.c
    ! "$faults" --program variant --calls "$1" 05 >found || fail "The matrix passes without the guard."
    sed -n 's/^step05 \([^:]* [a-zA-Z=:]* [0-9]*\): not .*/\1/p' found | sort
}

# cases PATTERN: prints step05's cases that match, as failing does.
cases() {
    # shellcheck disable=SC2016  # the backquotes are the page's
    rows faults.md | sed -n 's/^| `\([^`]*\)` \([0-9]\) | `\([^`]*\)` | [0-9-]*05 .*/\1 \3 \2/p' | grep -E "$1" | sort
}

@test "faults: every case is as expected, and as docs/faults.md and docs/faults.ja.md show" {
    local page total
    "$faults" --markdown 01 02 03 04 05 >found 2>wrong || fail "$(cat wrong)"
    total=$(sed -n '$s/ cases, .*//p' found)
    ((total >= 100)) || fail "Only $total cases."
    sed '$d' found >seen
    for page in faults.md faults.ja.md; do
        diff -u <(rows $page) seen || fail "docs/$page shows something else than: devel/faults/faults --markdown"
        grep -q "\*\*$total\*\*" "$root/docs/$page" || fail "docs/$page does not speak of **$total** cases."
    done
}

@test "faults: each guard of step05 has cases that fail without it, and no others do" {
    local server=$root/step05-write/server.c
    sed '/^    signal(SIGPIPE/d' "$server" >variant.c
    diff <(failing accept,write,rt_sigaction) <(cases 'SIGPIPE|rt_sigaction')
    sed '/^        if (connected_fd == -1) {/,/^        }/d' "$server" >variant.c
    diff <(failing accept) <(cases '^accept error')
    sed -e 's/if (write(connected_fd, reply, strlen(reply)) == -1)/write(connected_fd, reply, strlen(reply));/' \
        -e '/perror("write")/d' "$server" >variant.c
    diff <(failing write,close) <(cases '^write .* 2$')
}

@test "faults: accept failing for good costs a line a second and no processor time, and ends with its cause" {
    local server since milliseconds fields
    # Descriptors 0 to 3 are all it may have: for accept there is none, and that is no injected fault.
    # shellcheck disable=SC2016  # the inner shell expands it
    start server bash -c 'ulimit -Sn 4; exec "$1"' - "$build/step05-write"
    server=$pid
    wait_until 10 complaints 1
    since=${EPOCHREALTIME/./}
    start client clients/client localhost "$port" 1
    wait_until 10 complaints 3
    milliseconds=$(((${EPOCHREALTIME/./} - since) / 1000))
    ((milliseconds > 1500)) || fail "Two more complaints within $milliseconds ms."
    prints client ""
    read -r -a fields <"/proc/$server/stat"
    # utime and stime, in hundredths of a second; see proc(5)
    ((fields[13] + fields[14] <= 5)) || fail "It used $((fields[13] + fields[14])) hundredths of a second."

    prlimit --pid "$server" --nofile=64
    ends_with 0 client
    prints client $'hello world\n'
    [[ $(sort -u server.err) == $'Server is listening on 0.0.0.0:8001\naccept: Too many open files' ]] || fail "$(cat server.err)"
}

# complaints N: has the server printed at least N lines about accept?
complaints() {
    (($(grep -c '^accept' server.err) >= $1))
}
