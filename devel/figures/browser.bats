#!/usr/bin/env bats
# What make page has written, in a browser.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "page: in a browser each moment is as the model says, wide and narrow, and nothing is cut" {
    local browser lang width
    browser=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
    [[ -n $browser ]] || skip "there is no chromium"
    bash "$root/tools/page" >/dev/null
    { cat "$build/page.html"; echo '<script>'; cat "$BATS_TEST_DIRNAME/browser.js"; } >tested.html
    echo '</script>' >>tested.html
    echo '<!doctype html><style>iframe { border: 0; height: 720px }</style>' >window.html
    for lang in en ja; do
        for width in 335 1039 1295; do # 15 of them are a scroll bar's
            echo "<iframe src='tested.html?lang=$lang' width=$width></iframe>" >>window.html
        done
    done
    timeout -k 5 50 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --disable-ipc-flooding-protection --user-data-dir="$work/profile" --enable-logging=stderr \
        --allow-file-access-from-files --dump-dom "file://$work/window.html" >dom 2>browser.err
    ! grep CONSOLE browser.err | grep -v 'source: chrome:' || fail "That is on its console."
    [[ $(grep -cx '<pre class="seen">nothing is wrong in [1-9].* 8 questions</pre>' dom) -eq 6 ]] ||
        fail "Expected: six times nothing." "$(sed -n '/class="seen"/,$p' dom | head -n 20)"
}
