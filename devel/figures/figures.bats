#!/usr/bin/env bats
# The lessons' figures: drawn from the recordings, with a text for those who do not see them. A browser looks at them
# in tests/page.bats.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

@test "figures: the committed ones are those that are drawn now" {
    local figure
    "$root/devel/figures/figures" --into "$work/fresh"
    cd fresh
    for figure in */*.svg; do
        cmp "$figure" "$root/$figure" ||
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
for folder in map(dirname, page.recordings()):
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
