# beyond.bash: what the tests of steps 06 to 11 share. Needs helpers.
# shellcheck shell=bash disable=SC2154  # variables come from helpers

# In beyond/public/ there is a big file, and a link that leads out of it; mine is how both begin.
setup_file() {
    prepare
    find "$root/beyond/public" -name 'test-*' -mmin +60 -exec rm {} + # of tests that were killed
    mine=$(mktemp "$root/beyond/public/test-XXXXXX")
    export mine big=${mine##*/}.txt link=${mine##*/}.link
    seq 1400000 | head -c 9000000 >"$mine.txt"
    ln -s /etc/passwd "$mine.link"
}

teardown_file() {
    rm -f "${mine:?}"*
}

# Sets step to the folder of the step that the test file is about.
[[ ${BATS_TEST_FILENAME##*/} != step* ]] || find_step "$(basename "$BATS_TEST_FILENAME" .bats)"

# ask WHAT [ARGUMENT...]: is each client of http_client.py told what it expects?
ask() {
    python3 "$root/tests/http_client.py" "$@" || blame
}

# rude: clients leave and break their connections while the server can do nothing about it.
rude() {
    stop_for_a_while
    ask rude
    go_on
}

# hold N: N clients connect and say nothing, until "stop holder".
hold() {
    start holder python3 tests/http_client.py hold "$1"
    wait_until 40 has_line holder.out holding || blame "$(<holder.err)"
}

# come_and_go: 100 silent clients leave at the same moment; others come at once, or are rude.
come_and_go() {
    hold 100
    stop holder
    ask burst 100
    rude
}

# blame [LINE...]: fails, with the server's last words, and its last call on a closed descriptor.
# Where others connect to the port, nobody knows whose fault it is: the test is skipped.
blame() {
    local others
    others=$(ss -Htn "sport = :$port" | awk '$5 !~ /127\.0\.0\.1|\[::1\]/ { print $5 }')
    [[ -z $others ]] || skip "others connect to port $port: ${others%%$'\n'*}"
    fail "$@" "$(tail -n 3 server.err)" "$(grep EBADF trace | tail -n 1)"
}

# find_server: sets server to the process that listens; PROGRAM may have started it.
find_server() { server=$(ss -Hltnp "sport = :$port" | sed -E 's/.*pid=([0-9]+).*/\1/; q'); }

# held: prints what the server has: child processes, zombies too; threads; descriptors.
held() {
    local children threads descriptors
    find_server
    read -r -d '' -a children < <(cat "/proc/$server/task/"*/children) || true
    threads=("/proc/$server/task/"*) descriptors=("/proc/$server/fd/"*)
    echo "${#children[@]} processes, ${#threads[@]} threads, ${#descriptors[@]} descriptors"
}

# nothing_is_left COMMAND...: does the server hold, after this, what it has held before?
nothing_is_left() {
    local before=''
    start_server "$step"
    ask ask 3
    wait_until 5 is_settled
    "$@"
    ask ask 20
    comes_to "$before"
}

# is_settled: does it hold what it held when it was last asked? Sets before to that.
is_settled() {
    local last=$before
    before=$(held)
    [[ $before == "$last" ]]
}

# comes_to TEXT: does the server get to hold just that? An asterisk stands for anything.
comes_to() {
    wait_until 5 holds "$1" || blame --expected "${1/\*/, ...}" --found "$(held)"
}

# shellcheck disable=SC2053  # it is a pattern
holds() { [[ $(held) == $1 ]]; }
