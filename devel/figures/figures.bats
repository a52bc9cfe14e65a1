#!/usr/bin/env bats
# The lessons' figures: drawn from the recordings, with a text for those who do not see them.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "figures: the committed ones are those that are drawn now" {
    local figure
    "$root/devel/figures/figures" --into "$work/fresh"
    cd fresh
    for figure in */*.svg beyond/*/*.svg; do
        [[ ! -e $figure ]] || cmp "$figure" "$root/$figure" ||
            fail "$figure is another one. If the change is meant: make figures"
    done
    (($(find . -name '*.svg' | wc -l) >= 22))
}

@test "figures: each is well-formed, names no other place, and says everything in words too" {
    python3 - "$root" <<'END'
import glob, sys, xml.dom.minidom
sys.path.insert(0, sys.argv[1] + "/tools")
from story import page, recording, words
from os.path import dirname
for folder in map(dirname, page.recordings(sys.argv[1])):
    for path in glob.glob(folder + "/*.svg"):
        language = "ja" if path.endswith(".ja.svg") else "en"
        svg = xml.dom.minidom.parse(path)
        told = svg.getElementsByTagName("desc")[0].firstChild.data
        for moment in recording.play(recording.read(folder + "/request.events")):
            assert words.sentence(moment)[language] in told, (path, moment["key"])
        assert svg.getElementsByTagName("title")[0].firstChild.data
        text = open(path, encoding="utf-8").read()
        assert "prefers-color-scheme" in text and "href" not in text and text.count("http") == 1
END
}

@test "figures: in a browser no text leaves its figure or lies on another" {
    local browser
    browser=$(command -v chromium chromium-browser google-chrome | head -n 1) || true
    [[ -n $browser ]] || skip "there is no chromium"
    cat "$root"/step*/*.svg "$root"/docs/figure*.svg >all.html
    cat >>all.html <<'END'
<pre id="found"></pre>
<script>
let wrong = [], count = 0;
for (const svg of document.querySelectorAll("svg")) {
    const name = svg.querySelector("title").textContent, whole = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll("text")].map((node) => [node.textContent, node.getBoundingClientRect()]);
    count += boxes.length;
    boxes.forEach(([text, a], i) => {
        if (a.left < whole.left || a.right > whole.right || a.bottom > whole.bottom)
            wrong.push(`${name} ${text}: outside`);
        for (const [other, b] of boxes.slice(i + 1))
            if (a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom)
                wrong.push(`${name} ${text} / ${other}`);
    });
}
document.body.innerHTML = `<pre id="found">${count} texts\n${wrong.join("\n")}\nend</pre>`;
</script>
END
    sed -i '1i <!doctype html><meta charset="utf-8">' all.html
    "$build/launch" "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync \
        --disable-background-networking --disable-component-update --user-data-dir="$work/profile" --dump-dom \
        "file://$work/all.html" >dom 2>browser.err
    sed -n '/<pre id="found">/,/end/p' dom >found
    [[ $(sed -n '1s/.*>\([0-9]*\) texts/\1/p' found) -gt 200 && $(sed -n 2p found) == '' ]] ||
        fail "$(cat found)" "$(tail -n 3 browser.err)"
}

@test "figures: a lesson's markdown names both figures and holds the text" {
    run "$root/devel/figures/figures" --words step03-listen ja
    [[ $output == '<img src="figure.ja.svg" width="640" alt="step03-listen: '*'<img src="kernel.ja.svg"'* ]] ||
        fail "$output"
    [[ $output == *'12. クライアントは read で待ちます。'* ]] || fail "$output"
}
