#!/usr/bin/env bats
# The recordings with both sides in one order, and the model of what the kernel holds, against the kernel itself.

# shellcheck source=../network.bash
source "$BATS_TEST_DIRNAME/../network.bash"

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cd "$root" || return
    shopt -s nullglob
    recorded=(step*/request.events beyond/step*/request.events)
    steps=("${recorded[@]%/request.events}")
    programs=("${steps[@]##*/}")
    folder=${BATS_TEST_TMPDIR:-$(mktemp -d)} # bats before 1.4 has none
    make --no-print-directory -s build/launch clients/client "${programs[@]/#/build/}" >&2
    export PYTHONPYCACHEPREFIX=$root/build/pycache
}

teardown() {
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$folder"
}

# require_a_wire: skips where this user may not make a network of its own, or no kernel knows of such devices.
require_a_wire() {
    [[ $(uname -m) == x86_64 ]] || skip "the call numbers are those of x86-64"
    alone true 2>/dev/null || skip "no right to make a network of one's own"
    [[ -w /dev/net/tun ]] || skip "no /dev/net/tun"
}

# against_the_kernel TREE SECONDS STEP...: plays the steps' recordings with TREE's model.
against_the_kernel() {
    alone python3 "$1/devel/recording/kernel.py" "${@:2}"
}

@test "events: a fresh recording of every step is the committed one, to the byte" {
    local step
    devel/recording/events --into "$folder" "${steps[@]}"
    for step in "${steps[@]}"; do
        diff -u "$step/request.events" "$folder/$step/request.events"
    done
}

@test "events: in every moment of every step the kernel holds what the model says, packet by packet" {
    require_a_wire
    run against_the_kernel "$root" 5 "${steps[@]}"
    echo "$output"
    [[ $status -eq 0 && $(grep -c comparisons <<<"$output") -eq ${#steps[@]} ]]
}

@test "events: a model with one rule broken is found out" {
    local rule broken=0 tree=$folder/tree
    require_a_wire
    export PYTHONDONTWRITEBYTECODE=1 # a rule may be broken without a change of size or time
    mkdir -p "$tree"
    cp -r tools devel "$tree"
    while IFS= read -r rule; do
        cp tools/story/*.py "$tree/tools/story"
        sed -i "$rule" "$tree"/tools/story/{model,tcp}.py
        if diff -rq tools/story "$tree/tools/story"; then
            echo "changes nothing: $rule"
            return 1
        fi
        run against_the_kernel "$tree" 0.7 step05-write
        echo "$rule: $output"
        [[ $status -eq 1 && $output == "step05-write, moment"* ]]
        broken=$((broken + 1))
    done <<'RULES'
s/sock\["state"\], other\["state"\] = "FIN-WAIT-2", "CLOSE-WAIT"/other["state"] = "CLOSE-WAIT"/
s/other.update(state="TIME-WAIT", eof=False)/del self.sockets[other["id"]]/
s/listener\["queue"\].append(other\["id"\])/pass/
RULES
    [[ $broken -eq 3 ]]
}
