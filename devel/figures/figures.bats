#!/usr/bin/env bats
# The lessons' figures and the README's: drawn from the recordings. browser.bats looks at the
# page itself.
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
