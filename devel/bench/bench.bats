#!/usr/bin/env bats
load ../../tests/helpers

# pretend STATEMENT: has the server in Python do this with a client in place of the reply.
pretend() {
    printf '%s\n' "$1" >statement
    [[ -z ${pids[fake]:-} ]] || return 0
    sed "s/connected.sendall.*/exec(open('statement').read())/" "$root/devel/bench/servers/python-socket.py" >fake.py
    start fake env -C "$work" python3 fake.py
    wait_until 10 listening || fail "$(cat fake.err)"
}

# refuses RIGHT WHAT REQUEST STATEMENT: of 20 connections, 4 at a time, that many are right; then comes WHAT.
refuses() {
    pretend "$4"
    run timeout 20 "$build/load" "$3" 20 4 1
    [[ "$status $output" == "1 load: $1 of 20 replies were right, then: $2" ]] || fail "Not $2: $status $output"
}

# all_gone: does nobody listen any more, nor ask, nor say nothing? (Other tests do not call load by its whole name.)
all_gone() {
    ! listening && ! pgrep -f "^$build/(load |hostile hold 100$)" >/dev/null
}

@test "bench: load accepts the right reply, of each kind, and nothing else, and does not wait for ever" {
    need build/load
    local head='HTTP/1.1 200 OK\r\nA: b\r\n\r\n'
    pretend 'connected.sendall(b"hello world")'
    [[ $("$build/load" hello 20 4) =~ ^[0-9]+\.[0-9]{6}$ ]]
    pretend "connected.recv(99), connected.sendall(b'${head}hello world')"
    "$build/load" http 20 4
    pretend 'pass'
    "$build/load" nothing 20 4
    # First: who is given up may leave connections behind, which would count.
    refuses 8 "hello world!" hello 'n = globals().get("n", 0) + 1; connected.sendall(b"hello world!"[:11 + n // 9])'
    refuses 0 "HTTP/1.1 404 OK" http "connected.recv(99), connected.sendall(b'${head/200/404}hello world')"
    refuses 0 "hello world" http 'connected.recv(99), connected.sendall(b"hello world")'
    refuses 0 "hello" hello 'connected.sendall(b"hello")'
    refuses 0 "hello" nothing 'connected.sendall(b"hello")'
    refuses 0 "Connection reset by peer" hello 'connected.setsockopt(1, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")'
    refuses 0 "closed without a reply" hello 'pass'
    refuses 0 "no answer" hello 'globals().setdefault("kept", []).append(connected.dup())'
    end_group "$pid"
    run "$build/load" hello 20 4
    [[ $status -eq 1 && $output == *"Connection refused" ]]
}

@test "bench: a small run shows three calls for step05; a turn that other programs disturb is taken again" {
    run "$root/devel/bench/bench" --rounds 1 --connections 100 --disturbed -1 "$root/devel/bench/servers/python-socket.py"
    [[ $status -eq 0 && $output == *" 130 connections to each server, every reply checked"* ]] || fail "$output"
    [[ $(grep -cx "other programs disturbed floor" <<<"$output") -eq 3 ]] || fail "$output"
    local both='^\| (floor|step05-write) ' three='accept 1, close 1, write 1'
    [[ $(grep -Ec "$both +\| +3 \| +[0-9.]+ \| +[0-9.]+ \(" <<<"$output") -eq 2 ]] || fail "$output"
    [[ $(grep -Ec "$both.* [1-9][0-9] \| $three +\|\$" <<<"$output") -eq 2 ]] || fail "$output"
    grep -q '^| python-socket .* – | .*accept4 ' <<<"$output" || fail "$output"
    ! grep -wF -e "$(uname -n)" -e "$root" "$build/bench/bench.json" || fail "That is nobody's business."
    wait_until 5 all_gone || fail "Something is left."
    # That is how much of the machine is taken:
    python3 -c '
import sys, time
sys.path.insert(0, sys.argv[1])
import measure
before, until = measure.machine_time(), time.process_time() + 0.15
while time.process_time() < until: pass
busy, total = (now - then for now, then in zip(measure.machine_time(), before))
assert 0.05 < busy <= total + 1e-6, (busy, total)' "$root/devel/bench"
}

@test "bench: a small run of the steps in beyond/ counts their calls, and silent clients' memory" {
    run "$root/devel/bench/bench" --beyond --rounds 1 --connections 100 --silent 100 "$root"/beyond/step0{6,8}-*
    [[ $status -eq 0 ]] || fail "$output"
    local six='read 2, accept 1, close 1, setsockopt 1, shutdown 1, write 1' nine='epoll_wait 3, epoll_ctl 2, read 2, accept4 1,'
    grep -qE "^\| step06-read +\| +7 \| .* $six +\|\$" <<<"$output" || fail "$output"
    grep -qE "^\| step09-epoll +\| +11 \| .* $nine" <<<"$output" || fail "$output"
    # A thread's pages, and a row of a table, which may be less than the machine needs otherwise by then.
    grep -qE '^\| step08-thread \| +[1-9][0-9]?\.[0-9]+ \| +– ' <<<"$output" || fail "$output"
    grep -qE '^\| step09-epoll +\| +-?[0-2]\.[0-9]+ \| +– ' <<<"$output" || fail "$output"
    wait_until 5 all_gone || fail "Something is left."
}

# ends_the_bench COMPLAINT FILE: does that server end it, with that line as the last?
ends_the_bench() {
    run "$root/devel/bench/bench" --beyond --connections 100 "$2"
    # shellcheck disable=SC2053  # a pattern
    [[ $status -eq 1 && ${lines[-1]} == $1 ]] || fail "$output"
}

@test "bench: a server that does not start, or replies wrongly, ends it" {
    echo 'raise SystemExit("no")' >broken.py
    ends_the_bench 'bench: broken does not start: no' broken.py
    sed 's/connected.sendall.*/connected.recv(99), connected.sendall(b"Hello world")/' \
        "$root/devel/bench/servers/python-socket.py" >wrong.py
    ends_the_bench 'bench: wrong: load: 0 of 20 replies * then: Hello world' wrong.py
    wait_until 5 all_gone || fail "Something is left."
}

@test "bench: interrupted, it leaves no process behind" {
    local signal connections load phase
    while IFS='|' read -r signal connections load phase; do
        start "$signal" "$root/devel/bench/bench" --beyond --connections "$connections" "$root"/beyond/step09-*
        wait_until 20 has_line "$signal.err" "$phase"
        wait_until 20 pgrep -f "^$build/load http $load" >pids || fail "$(cat "$signal.err")"
        kill -s "$signal" "$pid"
        ends_with $((128 + $(kill -l "$signal"))) "$signal"
        ! grep Traceback "$signal.err"
        wait_until 3 all_gone || fail "SIG$signal leaves: $(ss -Hltnp "sport = :$port")"
    done <<<$'INT|1000|1000 64|round 1 of 5\nKILL|8000|820 1|counting system calls'
}

# held_by_its_figures SUBJECT FLAG SERVER CLAIM: are the pages what the bench makes of the figures in docs/, and would it
# refuse CLAIM, were each of SERVER's processor times 999 µs?
held_by_its_figures() {
    local file bench=("$root/devel/bench/bench" ${2:+"$2"} --record . --figures)
    cp "$root/docs/$1".* .
    "${bench[@]}" "$1.json" >shown
    for file in "$1".*; do
        diff -u "$root/docs/$file" "$file" || fail "$file is not what devel/bench makes of docs/$1.json."
    done
    sed -E "s/(\"$3\": \{[^]]*\"cpu_us\": \[)[^]]*/\1999, 999, 999, 999, 999/" "$1.json" >wrong.json
    run "${bench[@]}" wrong.json
    [[ $status -eq 1 && $output == *"wrong to say:"*"$4"* ]] || fail "$output"
    diff "$1.json" "$root/docs/$1.json"
}

@test "bench: the pages show what was recorded; figures that contradict them are not recorded" {
    held_by_its_figures bench '' step05-write "step05's processor time is"
    held_by_its_figures beyond --beyond step09-epoll "step09 needs no more processor time than"
}
