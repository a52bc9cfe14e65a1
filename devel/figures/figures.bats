#!/usr/bin/env bats
# The lessons' figures and the README's, drawn from the recordings; and the page, in a browser.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "figures: the committed ones are those that are drawn now, well-formed, self-contained" {
    local figure
    "$root/devel/figures/figures" fresh
    for figure in fresh/*/*.svg; do
        cmp "$figure" "$root/${figure#fresh/}" ||
            fail "$figure is another one. If the change is meant: make figures"
        python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$figure"
        [[ $(grep -c 'href\|http' "$figure") -eq 1 ]] || fail "$figure refers to something"
    done
    [[ $(find fresh -name '*.svg' | wc -l) -eq 24 ]]
}

@test "page: in a browser each moment is as the model says, wide and narrow, and nothing is cut" {
    local browser frame
    browser=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
    [[ -n $browser ]] || skip "there is no chromium"
    bash "$root/tools/page" >/dev/null
    { cat "$build/page.html"; echo '<script>'; cat "$BATS_TEST_DIRNAME/browser.js"; } >tested.html
    echo '</script>' >>tested.html
    for frame in "en' width=1265" "ja' width=375"; do # 15 more are a scroll bar's
        echo "<iframe src='tested.html?lang=$frame height=720></iframe>" >>window.html
    done
    timeout -k 5 150 "$browser" --headless --no-sandbox --disable-gpu --disable-quic \
        --no-first-run --disable-background-networking --disable-component-update --disable-sync \
        --disable-ipc-flooding-protection --user-data-dir="$work/profile" --enable-logging=stderr \
        --allow-file-access-from-files --dump-dom "file://$work/window.html" >dom 2>browser.err
    ! grep CONSOLE browser.err | grep -v 'source: chrome:' || fail "That is on its console."
    [[ $(grep -cx '<pre>nothing is wrong in [1-9].* moments, 8 questions</pre>' dom) -eq 2 ]] ||
        fail "Expected: twice nothing." "$(tail -n 20 dom)"
}
