#!/usr/bin/env bats
# shellcheck disable=SC2154  # work, root, build: test_helper.bash sets them
load test_helper

# pretender REPLY: starts a server that is not quite right: it sends REPLY and closes; with the
# REPLY "reset" it hangs up the hard way, with "silence" it sends nothing and keeps the connection.
pretender() {
    cat >pretender.py <<'END'
import socket, struct, sys
reply, kept = sys.argv[1], []
server = socket.create_server(("0.0.0.0", 8001), backlog=128)
while True:
    client, _ = server.accept()
    if reply == "silence":
        kept.append(client)
        continue
    if reply == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        client.sendall(reply.encode())
    client.close()
END
    start pretender python3 pretender.py "$1"
    pretender_pid=$pid
    wait_until 10 listening || fail "$(cat pretender.err)"
}

# assert_load STATUS COMPLAINT: makes 20 connections, 4 at a time; load says this, and no more.
assert_load() {
    status=0
    timeout 30 "$build/load" 20 4 >load.out 2>load.err || status=$?
    [[ $status -eq $1 ]] || fail "Exit status $status, not $1:" "$(cat load.out load.err)"
    assert_file load.err "${2:+load: $2$'\n'}"
    grep -Eqx 'connections 20 failed [0-9]+ seconds [0-9.]+ user_us [0-9]+ system_us [0-9]+' load.out || fail "$(cat load.out)"
}

nobody_listens() {
    ! listening
}

# figures FILE CODE...: is each Python expression CODE true of result, what the file holds?
figures() {
    python3 -c '
import json, sys
result = json.load(open(sys.argv[1]))
for code in sys.argv[2:]:
    assert eval(code), (code, result)' "$@"
}

# under_way FILE PHASE: has it got as far as the phase, and does the load generator run?
under_way() {
    [[ $'\n'$(<"$1") == *$'\n'"$2"* ]] && ! no_process_of "$build/load"
}

# no_process_of PROGRAM: is there no process that runs it?
no_process_of() {
    local exe
    for exe in /proc/[0-9]*/exe; do
        [[ ! $exe -ef $1 ]] || return 1
    done
}

# contradicts CODE SENTENCE: with the figures changed by the Python statement CODE, the sentence is
# said not to hold.
contradicts() {
    python3 - "$root/docs/bench.json" "$1" >wrong.json <<'END'
import json, sys
result = json.load(open(sys.argv[1]))
step = result["servers"]["step05-write"]
exec(sys.argv[2])
print(json.dumps(result))
END
    run "$root/tools/bench-report" --check wrong.json
    [[ $status -eq 1 && $output == *"does not hold in these figures: $2"* ]] || fail "$1: exit status $status" "$output"
}

@test "bench: load counts right replies, and every way to be wrong" {
    reference_only
    need build/load build/step05-write build/launch
    assert_load 1 "20 of 20 connections failed: 20 refused"
    start server "$build/step05-write"
    wait_until 10 listening
    assert_load 0 ""
    grep -q '^connections 20 failed 0 ' load.out
    end_group "$pid"

    local reply
    for reply in "Hello world" "hello world!"; do
        pretender "$reply"
        assert_load 1 "20 of 20 connections failed: 20 with a wrong reply (first: \"$reply\")"
        end_group "$pretender_pid"
    done
    pretender "hello"
    assert_load 1 "20 of 20 connections failed: 20 closed before the whole reply"
    end_group "$pretender_pid"
    pretender "reset"
    assert_load 1 "20 of 20 connections failed: 20 reset"
    grep -q ' failed 20 ' load.out
}

@test "bench: load does not wait for ever for a server that stays silent" {
    reference_only
    need build/load build/launch
    pretender silence
    # The same program with less patience: 10 s are too long for a test.
    sed 's/PATIENCE_MS = 10000/PATIENCE_MS = 500/' "$root/tools/load.c" >load.c
    cc -o load load.c
    status=0
    timeout 10 ./load 20 4 >load.out 2>load.err || status=$?
    [[ $status -eq 1 ]] || fail "Exit status $status"
    assert_file load.err "load: 20 of 20 connections failed: 4 without an answer for 10 s, 16 not tried after that"$'\n'
}

@test "bench: wrong arguments get one clear line and exit status 2" {
    reference_only
    need build/load
    local line
    while IFS='|' read -r line expected; do
        # shellcheck disable=SC2086  # the words of the line are the arguments
        run "$root"/$line
        [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "$expected" ]] || fail "$line: exit status $status" "$output"
    done <<'END'
build/load|usage: load COUNT CONCURRENCY
build/load 1 2 3|usage: load COUNT CONCURRENCY
build/load 0 1|load: COUNT must be a number from 1 to 10000000, not '0'
build/load 99999999999999999999 1|load: COUNT must be a number from 1 to 10000000, not '99999999999999999999'
build/load 5 1x|load: CONCURRENCY must be a number from 1 to 1000, not '1x'
build/load 5 -1|load: CONCURRENCY must be a number from 1 to 1000, not '-1'
tools/bench --rounds 0|bench: argument --rounds: must be a number from 1 to 9999999, not '0'
tools/bench --connections many|bench: argument --connections: must be a number from 1 to 9999999, not 'many'
tools/bench --patience -1|bench: argument --patience: must be a number from 0 to 9999999, not '-1'
tools/bench --round 3|bench: unrecognized arguments: --round 3
tools/bench --servers step05-write|bench: --servers must name floor: the others are compared to it
tools/bench-report|bench-report: usage: bench-report FILE FOLDER, or bench-report --check FILE
tools/bench-suite -x|bench-suite: '-x' is no target; usage: tools/bench-suite [TARGET...]
END
    run "$root/tools/bench" --servers floor,perl
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == "bench: there is no server 'perl' here. The servers are: floor step05-write "* ]] || fail "$output"
    run "$root/tools/bench" --help
    [[ $status -eq 0 && ${lines[0]} == "bench [OPTION...]: "* ]] || fail "$output"
}

@test "bench: step05 makes three calls for a connection, as a small run shows" {
    reference_only
    git -C "$root" status --porcelain >before || true
    local servers=floor,step05-write,ruby-tcpserver,python-socket
    timeout 100 "$root/tools/bench" --patience 0 --rounds 1 --connections 200 --servers "$servers" --out . >out 2>err || fail "$(cat out err)"
    assert_file err "building the servers"$'\n'"counting system calls"$'\n'"round 1 of 1"$'\n'
    grep -qxF "Medians of 1 rounds; 260 connections to each server, every reply checked, none wrong." out || fail "$(cat out)"
    figures bench.json 'all(result["servers"][name]["calls"] == {"accept": 1, "write": 1, "close": 1} for name in ("floor", "step05-write"))' \
        'all(s["memory_kb"][0] > 500 and s["cpu_us"][0] > 0.1 and s["load_busy"][0] > 0.01 for s in result["servers"].values())' \
        'all((s["executable_bytes"] or 0) > 9000 for name, s in result["servers"].items() if name in ("floor", "step05-write"))'
    local name
    for name in ${servers//,/ }; do
        grep -q "^| $name | " bench.md && grep -q "^| $name | " bench.ja.md && grep -q ">$name<" bench.svg || fail "No $name in:" "$(cat bench.md)"
    done
    nobody_listens
    # The machine is named; whose it is, and where, is not.
    local names=(-e "$(uname -n)" -e "$root")
    [[ $HOME == / ]] || names+=(-e "$HOME")
    ! grep -wF "${names[@]}" bench.md bench.ja.md bench.json bench.svg || fail "That is nobody's business."
    git -C "$root" status --porcelain >after || true
    diff before after || fail "It changes files that git knows."
}

@test "bench: a server that replies wrongly ends it, with its name" {
    reference_only
    mkdir -p copy/bench
    cp -pr "$root"/{tools,clients,Makefile} "$root"/step* copy/
    cp "$root/bench/floor.c" copy/bench/
    copy_built copy
    sed 's/hello world/Hello world/' "$root/bench/python-socket.py" >copy/bench/python-socket.py
    echo 'raise SystemExit("no")' >copy/bench/python-broken.py
    run timeout 60 copy/tools/bench --patience 0 --rounds 1 --connections 50 --servers floor,python-socket
    [[ $status -eq 1 && ${lines[-1]} == 'bench: python-socket: load: 20 of 20 connections failed: 20 with a wrong reply (first: "Hello world")' ]] || fail "$output"
    run timeout 60 copy/tools/bench --patience 0 --rounds 1 --connections 50 --servers floor,python-broken
    [[ $status -eq 1 && ${lines[-1]} == 'bench: python-broken does not start: no' ]] || fail "$output"
    nobody_listens
}

@test "bench: interrupted, it leaves no process behind" {
    reference_only
    need build/bench/floor build/step05-write build/load build/launch
    local signal phase expected
    while read -r signal phase; do
        start "$signal" "$root/tools/bench" --patience 0 --connections 1000000 --servers floor,step05-write --out .
        wait_until 20 under_way "$signal.err" "$phase" || fail "$(cat "$signal.out" "$signal.err")"
        kill -s "$signal" "$pid"
        finish "$pid"
        expected=$((128 + $(kill -l "$signal")))
        [[ $status -eq $expected ]] || fail "SIG$signal: exit status $status" "$(cat "$signal.err")"
        # Not a word, and no traceback.
        [[ $(tail -n 1 "$signal.err") == "$phase"* ]] || fail "$(cat "$signal.err")"
        wait_until 3 nobody_listens || fail "SIG$signal leaves: $(ss -Hltnp "sport = :$port")"
        wait_until 3 no_process_of "$build/load" || fail "SIG$signal leaves the load generator."
    done <<<$'INT round 1\nTERM counting\nKILL counting\nKILL round 1'
}

@test "bench: the lessons show what was recorded, and say nothing else" {
    reference_only
    [[ -f $root/docs/bench.json ]] || fail "Nothing is recorded yet: make bench RECORD=1"
    mkdir docs
    cp "$root"/docs/bench.* docs/
    python3 "$root/tools/bench-report" docs/bench.json docs >/dev/null
    local file
    for file in "$root"/docs/bench.*; do
        diff -u "$file" "docs/${file##*/}" || fail "${file##*/} is not what tools/bench-report makes of docs/bench.json."
    done
    for file in docs/bench*.svg; do
        python3 -c 'import sys, xml.etree.ElementTree as tree; assert tree.parse(sys.argv[1]).getroot().tag.endswith("}svg")' "$file"
        grep -q 'prefers-color-scheme: dark' "$file"
        ! grep -Eo '(href|src|url|@import)[=(][^ ]*' "$file" || fail "$file needs other files."
    done
    # Both languages show the same rows.
    diff <(grep '^| [a-z]*[0-9]*-*[a-z]* | [0-9]' docs/bench.md) <(grep '^| [a-z]*[0-9]*-*[a-z]* | [0-9]' docs/bench.ja.md)
    python3 "$root/tools/bench-report" --check docs/bench.json
    figures docs/bench.json 'all(sum(s["checked"]) >= 100000 for s in result["servers"].values())'
}

@test "bench: figures that contradict the lesson are not recorded" {
    reference_only
    contradicts 'step["cpu_us"] = [99, 99, 99]' "step05's processor time is within a tenth of the floor's"
    contradicts 'step["calls"]["poll"] = 1' "step05 makes three calls: accept, write, close"
    contradicts 'step["load_busy"] = [0.5]' "at 64 clients the load generator is the limit for step05"
    echo '{"servers": 5}' >wrong.json
    run "$root/tools/bench-report" wrong.json .
    [[ $status -eq 1 && ${#lines[@]} -eq 1 && $output == "bench-report: this is no file of tools/bench: "* ]] || fail "$output"
    cp "$root/docs/bench.json" .
    echo "no markers" >bench.md
    run "$root/tools/bench-report" bench.json .
    [[ $status -eq 1 && $output == "bench-report: bench.md has no line "* ]] || fail "$output"
    assert_file bench.md "no markers"$'\n'
}

@test "bench: the suite's times, beside as many tests that do nothing, and a.out is put back" {
    reference_only
    mkdir -p copy
    cp -pr "$root"/{tools,clients,Makefile} "$root"/step* copy/
    copy_built copy
    mkdir -p copy/tests
    printf '%s\n' '@test "one" { false; }' '@test "two" { false; }' >copy/tests/some.bats
    echo mine >copy/a.out
    run timeout 60 copy/tools/bench-suite step01
    [[ $status -eq 0 && ${#lines[@]} -eq 2 ]] || fail "$output"
    [[ ${lines[0]} =~ ^\ +[0-9]+\.[0-9][0-9]\ s\ \ make\ step01$ ]] || fail "$output"
    [[ ${lines[1]} =~ \ an\ empty\ bats\ run\ with\ as\ many\ tests\ \(2\)$ ]] || fail "$output"
    assert_file copy/a.out "mine"$'\n'
    run timeout 60 copy/tools/bench-suite nonsense
    [[ $status -eq 1 && ${lines[-1]} == "bench-suite: failed: make "*" nonsense" ]] || fail "$output"
    assert_file copy/a.out "mine"$'\n'
}
