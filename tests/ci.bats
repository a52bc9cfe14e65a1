#!/usr/bin/env bats
# What CI and containers read: the workflows, the container's definition, and the check of a fork.
# shellcheck disable=SC2154  # root comes from the helper, the rest from bats
load test_helper

# A copy of the tree, as it is in an attendee's fork.
fork() {
    mkdir fork
    tar -C "$root" --exclude=./build --exclude=./.git --exclude=./a.out --exclude=./server.c -cf - . | tar -C fork -xf -
}

check_fork() {
    rm -f summary
    GITHUB_STEP_SUMMARY=$work/summary run fork/.ci/check
}

@test "ci: a fork without a server.c is left in peace" {
    fork
    check_fork
    [[ $status -eq 0 && $output == "There is no server.c here: nothing to check." ]] || fail "$output"
    grep -q 'nothing to check' summary
}

@test "ci: a fork's server.c is built and checked, and the summary says how far it has got" {
    fork
    cp "$root"/step05-*/server.c fork/server.c
    check_fork
    [[ $status -eq 0 && $(head -n 1 summary) == "### 5 of 5 steps" ]] || fail "$output" "$(cat summary)"

    cp "$root"/step02-*/server.c fork/server.c
    check_fork
    [[ $status -eq 1 && $(head -n 1 summary) == "### 2 of 5 steps" ]] || fail "$output" "$(cat summary)"
    grep -q '^ok *step02-bind' summary
    grep -q 'step03-listen' summary

    echo 'int main(void) { return nothing; }' >fork/server.c
    check_fork
    [[ $status -eq 1 && $(head -n 1 summary) == "### server.c could not be checked" ]] || fail "$output" "$(cat summary)"
    grep -q "error: .*nothing" summary
}

@test "ci: the workflows run what exists here" {
    local file command
    for file in test check; do
        command=$(ruby -ryaml -e '
            workflow = YAML.load_file(ARGV[0])
            jobs = workflow.fetch("jobs").values
            abort "no runner" unless jobs.all? { |job| job["runs-on"] == "ubuntu-latest" }
            abort "no trigger" unless workflow.keys.size == 4 && workflow["permissions"] == { "contents" => "read" }
            puts jobs.flat_map { |job| job["steps"] }.filter_map { |step| step["run"] }' "$root/.github/workflows/$file.yml")
        [[ -n $command && -x $root/$command ]] || fail "$file.yml runs '$command', which is no program here."
    done
}

@test "ci: the container installs what tools/setup lists, and nothing else, and may trace" {
    cd "$root/.devcontainer"
    python3 - <<'END'
import json
container = json.load(open("devcontainer.json"))
assert container["build"] == {"dockerfile": "Dockerfile", "context": ".."}, container
assert "--cap-add=SYS_PTRACE" in container["runArgs"], container
END
    [[ $(grep -c '^RUN' Dockerfile) -eq 1 ]]
    grep -q '^COPY tools/setup /tmp/setup$' Dockerfile
    grep -q '^RUN sh /tmp/setup ' Dockerfile
    ! grep -E 'apt|apk|dnf' <(grep -v '/var/lib/apt/lists' Dockerfile) || fail "A second list of packages."
}
