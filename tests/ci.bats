#!/usr/bin/env bats
# What CI and containers read: the workflows, and the container's definition.
# shellcheck disable=SC2154  # root comes from the helper, the rest from bats
load helpers

@test "ci: the workflows run what exists here" {
    local file command
    for file in test fork; do
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
