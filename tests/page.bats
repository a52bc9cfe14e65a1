#!/usr/bin/env bats
# make page: the page that plays the recorded runs, and the reader's own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# in_page PAGE EXPRESSION...: prints Python expressions, a line each, about `stories`, what is in the page, `mine`, the
# first of them, and `last`, the state at its end.
in_page() {
    python3 - "$@" <<'END'
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
stories = json.loads(re.search(r"const DATA = (.*?);</script>", text, re.S).group(1))["stories"]
mine, last = stories[0], stories[0]["moments"][-1]["state"]
for expression in sys.argv[2:]:
    print(eval(f"({expression})"))
END
}

@test "page: one file of at most 300 kB that asks nothing of any network; every step has its predictions" {
    run "$root/tools/page"
    [[ $status -eq 0 && $output == "build/page.html is written. Open it in a browser." ]] || fail "$output"
    (($(wc -c <"$build/page.html") <= 300000)) || fail "$(wc -c "$build/page.html")"
    grep -q "default-src 'none'" "$build/page.html"
    ! grep -Eo 'https?://[^ "]*|src=|@import|url\(' "$build/page.html" || fail "It names something outside."
    # Each prediction belongs to a moment.
    in_page "$build/page.html" 'all(story["questions"] for story in stories)' \
        'sum(len(story["questions"]) for story in stories)' >seen
    assert_file seen $'True\n'"$(grep -c '"ask"' "$root/tools/story/predictions.json")"$'\n'
}

# One browser for the page and the figures: it takes a second to start.
@test "page: in a browser each moment, in both languages, wide and narrow, is as the model says; a figure's text has its place" {
    local browser counts
    browser=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
    [[ -n $browser ]] || skip "there is no chromium"
    "$root/tools/page" >/dev/null
    cat "$build/page.html" <(echo '<script>') "$root/tests/page.js" <(echo '</script>') >tested.html
    cat <(echo '<!doctype html><meta charset="utf-8">') "$root"/step*/*.svg "$root"/docs/figure*.svg \
        <(echo '<iframe src="tested.html" width="1280" height="900"></iframe>') >window.html
    "$build/launch" "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --disable-ipc-flooding-protection \
        --user-data-dir="$work/profile" --enable-logging=stderr --allow-file-access-from-files --dump-dom \
        "file://$work/window.html" >dom 2>browser.err
    ! grep CONSOLE browser.err | grep -v 'source: chrome:' || fail "The browser's console has something to say."
    counts=$(in_page "$build/page.html" '4 * sum(len(story["moments"]) for story in stories)' \
        '2 * sum(len(story["questions"]) for story in stories)' | paste -s -d ' ')
    grep -qx "<pre id=\"selftest\">{\"moments\":${counts% *},\"questions\":${counts#* },\"texts\":[2-9][0-9][0-9]}</pre>" dom ||
        fail "Expected: no line but the moments and questions, ${counts}." "$(sed -n '/id="selftest"/,$p' dom | head -n 20)"
}

@test "page: a Python server's own run" {
    cat >mine.py <<'END'
import socket
server = socket.create_server(("", 8001))
while True:
    client, address = server.accept()
    client.sendall(b"hello world")
    client.close()
END
    run "$root/tools/page" "python3 $work/mine.py"
    [[ $status -eq 0 && $output == "build/mine.html is written. Open it in a browser." ]] || fail "$output"
    in_page "$build/mine.html" '[s["state"] for s in last["sockets"].values()]' 'last["processes"]["server"]["waits"]' \
        'mine["source"]["server"], stories[1]["id"]' \
        'sum("accept4(3, {sa_family=AF_INET, sin_port=htons(50000)" in line[1] + line[3]
            for line in mine["trace"]["server"])' >seen # with the port that is in the drawing
    assert_file seen "['LISTEN', 'TIME-WAIT']"$'\naccept4\n'"(None, 'step01-socket')"$'\n1\n'
}

@test "page: with MINE=1, a server.c that forgets to close: its connection is there at the end, its line known" {
    mkdir -p tree/build
    ln -s "$root"/{Makefile,tools,clients,step0*} tree
    ln -s "$build"/{launch,pycache} tree/build
    sed '/if (close(connected_fd)/,+1d' "$root/step05-write/server.c" >tree/server.c
    MINE=1 run tree/tools/page
    [[ $status -eq 0 ]] || fail "$output"
    in_page tree/build/mine.html 'last["processes"]["server"]["fds"]["4"], last["sockets"]["C1+"]["state"],
        last["sockets"]["C1"]["state"], last["processes"]["client"]["waits"]' \
        'mine["source"]["server"][1].split("\n")[last["processes"]["server"]["line"] - 1].strip()' >seen
    assert_file seen "('C1+', 'ESTABLISHED', 'ESTABLISHED', 'read')
int connected_fd = accept(listening_fd, NULL, NULL);
"
}

@test "page: what it cannot run, it says in one line" {
    run "$root/tools/page" true
    [[ $status -eq 1 && $output == "page: the program asked for no socket" ]] || fail "$output"
    start server "$build/step05-write"
    wait_until 10 listening
    run "$root/tools/page" true
    [[ $status -eq 1 && $output == "page: port 8001 is taken by "* ]] || fail "$output"
}
