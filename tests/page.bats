#!/usr/bin/env bats
# make page: the page that plays the recorded runs, and the reader's own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# in_page PAGE EXPRESSION...: prints Python expressions, a line each, about stories, what is in the
# page; mine, the first of them; and last, its sockets and processes at the end, by their names.
in_page() {
    python3 - "$build/$1" "${@:2}" <<'END'
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
stories = json.loads(re.search(r"const DATA = (.*?);</script>", text, re.S).group(1))["stories"]
mine, last = stories[0], {}
for moment in mine["moments"]:
    for name, fields in moment["changes"].items():
        last[name] = {**last.get(name, {}), **fields} if fields else None
for expression in sys.argv[2:]:
    print(eval(f"({expression})"))
END
}

@test "page: one file of at most 400 kB that loads nothing; every moment is there as text" {
    SITE=https://example.org/ run bash "$root/tools/page"
    answers 0 "*: file://$build/page.html*"
    (($(wc -c <"$build/page.html") <= 400000)) || fail "$(wc -c "$build/page.html")"
    grep -q "default-src 'none'" "$build/page.html"
    grep -q 'og:image" content="https://example.org/preview.png"' "$build/page.html"
    ! grep -Eo ' src=|@import|url\(' "$build/page.html" || fail "It loads something."
    in_page page.html \
        '2 * sum(len(story["moments"]) for story in stories) == text.count("<li>")' \
        'len(stories), sum(len(story["questions"]) for story in stories)' >seen
    assert_file seen $'True\n(10, 8)\n'
}

@test "page: a Python server's own run: its ports, a signal's end as strace shows it" {
    cat >mine.py <<'END'
import os, socket
server = socket.create_server(("", 8001))
client, address = server.accept()
client.sendall(b"hello world")
client.close()
os.kill(os.getpid(), 9)
END
    run bash "$root/tools/page" "python3 $work/mine.py"
    answers 0 '*'
    in_page mine.html 'last["C1+"]["state"], last["server"]["end"], stories[1]["id"]' \
        '["server", "+++ killed by SIGKILL +++"] in mine["events"]' \
        '"htons(%d)" % last["C1+"]["peer"][1] in str(mine["events"])' >seen
    assert_file seen "('TIME-WAIT', 'killed by SIGKILL', 'step01-socket')"$'\nTrue\nTrue\n'
}

@test "page: with MINE=1, a server.c that writes without end: bounded" {
    sed '/if (write(/ { s/if/while/; s/== -1)/!= -1);/; }' "$root"/step05*/server.c >server.c
    MINE=1 run bash "$root/tools/page"
    answers 0 '*'
    in_page mine.html 'last["C1+"]["state"], 400 < len(mine["moments"]) < 2000' >seen
    assert_file seen $'(\'ESTABLISHED\', True)\n'
    grep -q 'the recording ends here' "$build/mine.html"
}

@test "page: what it cannot run, it says in one line" {
    run bash "$root/tools/page" true
    answers 1 "*page: the program asked for no socket"
    start server "$build/step05-write"
    wait_until 10 listening
    run bash "$root/tools/page" true
    answers 1 "page: port 8001 is taken by *"
}
