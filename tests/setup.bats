#!/usr/bin/env bats
# tools/setup: what is missing is named, and installed only by who asks for it.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# program NAME COMMAND: makes a program of that name, in the shell's language, in the folder only.
program() {
    mkdir -p only
    printf '#!/bin/sh\n%s\n' "$2" >"only/$1"
    chmod +x "only/$1"
}

# setup_with MANAGER [ARGUMENT...]: runs tools/setup where no program exists but those in the folder only: that package
# manager, which writes how it is called to the file called, and an id, root's if the test has made no other.
setup_with() {
    [[ -e only/id ]] || program id 'echo 0'
    program "$1" "echo \"$1 \$*\" >>called; exit \"\${MANAGER_STATUS:-0}\""
    run env -i PATH="$work/only" MANAGER_STATUS="${MANAGER_STATUS:-0}" /bin/sh "$root/tools/setup" "${@:2}"
}

@test "setup: --dry-run names each package manager's own packages, and runs nothing" {
    local manager expected
    while read -r manager expected; do
        rm -rf only
        setup_with "$manager" --dry-run
        [[ $status -eq 0 && ! -e called ]] || fail "$manager:" "$output"
        [[ ${lines[0]} == "setup: missing here: bash cc make strace ss pgrep bats ruby python3 curl" ]] || fail "$output"
        [[ ${lines[1]} == "setup: would run: "*"$manager $expected" ]] ||
            fail --expected "$manager $expected" --found "$output"
    done <<'END'
apt-get install -y -qq bash gcc libc6-dev make strace iproute2 procps bats ruby python3 curl
dnf install -y bash gcc glibc-devel make strace iproute procps-ng bats ruby python3 curl
pacman -Syu --needed --noconfirm bash gcc make strace iproute2 procps-ng bats ruby python curl
zypper --non-interactive install bash gcc glibc-devel make strace iproute2 procps bats ruby python3 curl
apk add bash gcc musl-dev make strace iproute2 procps bats ruby python3 curl
END
}

@test "setup: --check installs nothing; else it installs what is missing only, and says where that does not help" {
    program strace true
    setup_with apk --check strace ss ruby
    [[ $status -eq 1 && ! -e called ]] || fail "$output"
    [[ $output == "setup: missing here: ss ruby. This installs it: sh tools/setup ss ruby" ]] || fail "$output"
    setup_with apk --check strace
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    ln -s /bin/sh only/sh
    MANAGER_STATUS=1 setup_with apk ruby strace ss
    [[ ${lines[0]} == "setup: missing here: ruby ss" && ${lines[1]} == "setup: running: apk add ruby iproute2" ]]
    [[ $status -eq 1 && $output == *"setup: please install: ruby iproute2" ]] || fail "$output"
    [[ $(<called) == "apk add ruby iproute2" ]] || fail "$(<called)"
}

@test "setup: unknown system, no permission, a bad name: one message each" {
    program none true
    run env -i PATH="$work/only" /bin/sh "$root/tools/setup" ruby ss
    [[ $status -eq 1 && $output == "setup: no package manager"*$'\n'"setup: please install: ruby ss" ]] || fail "$output"
    program id 'echo 1000'
    setup_with dnf ss
    [[ $status -eq 1 && ! -e called ]] || fail "$output"
    [[ $output == *"not root"*"please install: iproute (root: dnf install -y iproute)" ]] || fail "$output"
    # shellcheck disable=SC2016  # it is not to be expanded
    for name in --frobnicate 'a;b' '$(touch called)'; do
        CC=$name run "$root/tools/setup" "$name"
        [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == *"usage: tools/setup"* ]] || fail "$output"
    done
}

# without TOOL COMMAND...: runs COMMAND where PATH has everything but that tool and the package managers.
without() {
    local folders tool
    rm -rf all && mkdir all
    IFS=: read -r -a folders <<<"$PATH"
    for tool in "${folders[@]}"; do ln -s "$tool"/* all/ 2>/dev/null || true; done # the first of a name counts
    for tool in $1 apt-get dnf pacman zypper apk sudo; do rm -f "all/$tool"; done
    COUNT=1 PATH=$work/all run "${@:2}"
}

@test "setup: a target names the tool that it lacks, and runs without one that it does not need" {
    local tool target
    while read -r tool target; do
        without "$tool" make --no-print-directory -C "$root" "$target"
        [[ $status -ne 0 && ${#lines[@]} -eq 2 ]] || fail "make $target without $tool:" "$output"
        [[ ${lines[0]} == "setup: missing here: $tool. This installs it: sh tools/setup $tool" ]] || fail "$output"
    done <<'END'
cc step01
strace check
python3 watch
END
    without 'awk diff perl' make --no-print-directory -C "$root" check "PROGRAM=$built/step01-socket" STEP=1
    [[ $status -eq 0 && $output == *"1 of 1 steps"* ]] || fail "$output"
    cp "$root/step05-write/server.c" .
    CC='clang -O1' CHECK_STEP=01 without 'cc gcc c89 c99' "$root/tools/check"
    [[ $status -eq 0 && $output == *"1 of 1 steps"* ]] || ! command -v clang >/dev/null || fail "$output"
}
