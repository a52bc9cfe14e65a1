#!/usr/bin/env bats
# What the servers do when a call fails: the fault matrix, and what its cases are good for.
load ../../tests/helpers

setup_file() {
    unset PROGRAM
    prepare
}

faults() {
    run python3 "$root/devel/faults/faults" "$@"
}

# rows WORD...: prints the table as docs/faults has it, with these words for ends, quits, reported
# and unnoticed.
rows() {
    sed -nE "s/\tends$/\t$1/; s/\tquits$/\t$2/; s/\treported$/\t$3/; s/\tunnoticed$/\t$4/
        s/^([0-9-]+)\t([a-z_]+)\t(.*)\t([0-9])\t(.*)/| \`\2\` \4 | \3 | \1 | \5 |/p" \
        "$root/devel/faults/faults.tsv"
}

# is_on_page FILE COUNT: has that page the table that comes in, and speaks of so many cases?
is_on_page() {
    cat >expected
    grep '^| .[a-z_]*. [0-9]' "$root/docs/$1" | diff - expected >differences ||
        fail "docs/$1 has another table than devel/faults/faults.tsv, which is >:" "$(<differences)"
    grep -q "\*\*$2\*\*" "$root/docs/$1" || fail "docs/$1 does not speak of **$2** cases."
}

@test "faults: every case is as expected, and docs/faults.md and faults.ja.md have the same table" {
    faults 01 02 03 04 05
    [[ $status -eq 0 ]] || fail "${lines[@]:0:5}" "${lines[@]: -5}"
    is_on_page faults.md "${lines[-1]%% *}" < <(rows ends quits reported unnoticed)
    is_on_page faults.ja.md "${lines[-1]%% *}" < <(rows '終了 (1)' '終了 (0)' 報告 表示なし)
}

# without NUMBER CALLS SED: do so many of step05's cases of these calls fail on a variant of it?
without() {
    sed "$3" "$root/step05-write/server.c" >variant.c
    cc -w -o variant variant.c
    faults --program variant --calls "$2" 05
    [[ $(grep -c ': not ' <<<"$output") -eq $1 ]] ||
        fail --expected "$1 cases fail" --found "${lines[*]: -1}"
}

@test "faults: each guard of step05 has cases that fail without it" {
    without 6 accept,write,rt_sigaction '/^    signal(SIGPIPE/d'
    without 24 accept '/^        if (connected_fd == -1) {/,/^        }/d'
    without 16 write,close 's/if (write(\(.*\)) == -1)/write(\1);/; /perror("write")/d'
}

@test "faults: accept failing for good costs a line a second, and ends with its cause" {
    local fields server
    # Descriptors 0 to 3 are all it may have: for accept there is none. That is no injected fault.
    # shellcheck disable=SC2016  # the inner shell expands it
    start server strace -o "$work/calls" bash -c 'ulimit -Sn 4; exec "$1"' - "$build/step05-write"
    wait_until 10 has_line server.err "Server is listening on 0.0.0.0:8001"
    read -r server <"/proc/$pid/task/$pid/children" || true # no end of line
    start client clients/client localhost 8001 1
    wait_until 20 complaints 3
    # Each complaint is followed by a second's sleep.
    [[ $(grep -c 'nanosleep.*tv_sec=1' calls) -ge 2 ]] || fail "$(tail calls)"
    read -r -a fields <"/proc/$server/stat"
    # utime and stime, in hundredths of a second; see proc(5)
    ((fields[13] + fields[14] <= 20)) || fail "It uses processor time: ${fields[*]:13:2}"

    prlimit --pid "$server" --nofile=64
    ends_with 0 client
    prints client $'hello world\n'
    [[ $(sort -u server.err) == *$'\naccept: Too many open files' ]] || fail "$(cat server.err)"
}

# complaints N: has the server printed at least N lines about accept?
complaints() {
    (($(grep -c '^accept' server.err) >= $1))
}
