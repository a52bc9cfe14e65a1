#!/usr/bin/env bats
# make page: the page that plays the recorded runs, and the reader's own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# in_browser PAGE: has the page step through everything, the lessons' figures above it, and writes what was found to
# found.json. One browser for both: it takes a second to start.
in_browser() {
    local browser
    browser=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
    [[ -n $browser ]] || skip "there is no chromium"
    cat "$1" <(echo '<script>') "$root/tests/page.js" <(echo '</script>') >tested.html
    {
        echo '<!doctype html><meta charset="utf-8">'
        cat "$root"/step*/*.svg "$root"/docs/figure*.svg
        printf '<script>\n%s\n</script>\n' "$(<"$root/tests/figures.js")"
        echo '<iframe src="tested.html" width="1280" height="900"></iframe>'
    } >window.html
    "$build/launch" "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --disable-ipc-flooding-protection \
        --user-data-dir="$work/profile" --enable-logging=stderr --allow-file-access-from-files --dump-dom \
        "file://$work/window.html" >dom 2>browser.err
    sed -n 's/.*<pre id="selftest">\(.*\)<\/pre>.*/\1/p' dom >found.html
    python3 -c 'import html; print(html.unescape(open("found.html").read()))' >found.json
    [[ $(wc -c <found.json) -gt 100 ]] ||
        fail "No self-test in the page:" "$(head -c 2000 dom)" "$(tail -n 5 browser.err)"
    ! grep CONSOLE browser.err | grep -v 'source: chrome:' || fail "The browser's console has something to say."
}

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

@test "page: in a browser each moment, in both languages, wide and narrow, is as the model says; a figure's text has its place" {
    "$root/tools/page" >/dev/null
    in_browser "$build/page.html"
    python3 - "$root" <<'END' || fail "$(cut -c 1-2000 found.json)"
import json, sys
sys.path.insert(0, sys.argv[1] + "/tools")
from story import page
found, stories = json.load(open("found.json")), page.recorded(sys.argv[1])
assert found["errors"] == found["figures"]["errors"] == []
assert found["figures"]["texts"] > 200
assert found["moments"] == 2 * sum(len(story["moments"]) for story in stories)
assert found["questions"] == 2 * sum(len(story["questions"]) for story in stories) >= 10
for story in stories:
    state, drawn = story["moments"][-1]["state"], found["last"][story["id"]]
    expected = {name: [s["state"], s["local"] or "アドレスなし", s["peer"]] for name, s in state["sockets"].items()}
    assert drawn["sockets"] == expected, (drawn, expected)
    held = sorted(f"{who} {number} {name}" for who, process in state["processes"].items()
                  for number, name in process["fds"].items() if name != "terminal")
    assert drawn["fds"] == held, (drawn, held)
END
}

@test "page: one file of at most 300 kB that asks nothing of any network; every step has its predictions" {
    run "$root/tools/page"
    [[ $status -eq 0 && $output == "build/page.html is written. Open it in a browser." ]] || fail "$output"
    (($(wc -c <"$build/page.html") <= 300000)) || fail "$(wc -c "$build/page.html")"
    grep -q "default-src 'none'" "$build/page.html"
    ! grep -Eo 'https?://[^ "]*|src=|@import|url\(' "$build/page.html" || fail "It names something outside."
    # Each prediction belongs to a moment.
    run in_page "$build/page.html" 'all(story["questions"] for story in stories)' \
        'sum(len(story["questions"]) for story in stories)'
    [[ ${lines[0]} == True && ${lines[1]} == "$(grep -c '"ask"' "$root/tools/story/predictions.json")" ]] ||
        fail "$output"
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
    start server python3 -c 'import socket; s = socket.create_server(("", 8001)); s.accept()'
    wait_until 10 listening
    run "$root/tools/page" true
    [[ $status -eq 1 && $output == "page: port 8001 is taken by "* ]] || fail "$output"
}
