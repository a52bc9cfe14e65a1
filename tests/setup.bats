#!/usr/bin/env bats
# tools/setup: what is missing is named, and installed only by who asks for it.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# setup_with MANAGER [ARGUMENT...]: runs tools/setup where no program exists but that one, which
# writes what it is called with to the file "called", and an id that says whose rights we have
# (root's, where a test has not made one that says otherwise).
setup_with() {
    [[ -e only/id ]] || program id 'echo 0'
    program "$1" "echo \"$1 \$*\" >>called; exit \"\${MANAGER_STATUS:-0}\""
    run env -i PATH="$work/only" /bin/sh "$root/tools/setup" "${@:2}"
}

# program NAME COMMAND: makes a program of that name, in the shell's language.
program() {
    mkdir -p only
    printf '#!/bin/sh\n%s\n' "$2" >"only/$1"
    chmod +x "only/$1"
}

# present TOOL...: links tools into the folder that setup_with offers.
present() {
    local tool
    mkdir -p only
    for tool in "$@"; do ln -sf "$(command -v "$tool")" "only/$tool"; done
}

@test "setup: --dry-run names each package manager's own packages, and runs nothing" {
    local manager expected
    while read -r manager expected; do
        rm -rf only
        setup_with "$manager" --dry-run
        [[ $status -eq 0 ]] || fail "$manager:" "$output"
        [[ ${lines[0]} == "setup: missing here: bash cc make strace ss pgrep bats ruby python3 curl" ]] || fail "$output"
        [[ ${lines[1]} == "setup: would run: "*"$manager $expected" ]] || fail "$manager: expected $expected, got:" "$output"
        [[ ! -e called ]]
    done <<'END'
apt-get install -y -qq bash gcc libc6-dev make strace iproute2 procps bats ruby python3 curl
dnf install -y bash gcc glibc-devel make strace iproute procps-ng bats ruby python3 curl
pacman -Sy --needed --noconfirm bash gcc make strace iproute2 procps-ng bats ruby python curl
zypper --non-interactive install bash gcc glibc-devel make strace iproute2 procps bats ruby python3 curl
apk add bash gcc musl-dev make strace iproute2 procps bats ruby python3 curl
END
}

@test "setup: --check installs nothing: it says what is missing and how to get it, in both languages" {
    present strace
    setup_with apk --check strace ss ruby
    [[ $status -eq 1 && $output == "setup: missing here: ss ruby. This installs it: tools/setup ss ruby" && ! -e called ]] || fail "$output"
    setup_with apk --check strace
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    run "$root/tools/setup" # all is here
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    run env -i PATH="$work/only" LANG=ja_JP.UTF-8 /bin/sh "$root/tools/setup" --check ss
    [[ $output == "setup: 足りないものがあります: ss。インストールするには: tools/setup ss" ]] || fail "$output"
}

@test "setup: it installs what is missing only, says so before, and fails with a list where that does not help" {
    present sh strace
    MANAGER_STATUS=1 setup_with apk ruby strace ss
    [[ $status -eq 1 && ${lines[0]} == "setup: missing here: ruby ss" && ${lines[1]} == "setup: running: apk add ruby iproute2" ]] || fail "$output"
    [[ $output == *"setup: please install: ruby iproute2" ]] || fail "$output"
    [[ $(<called) == "apk add ruby iproute2" ]] || fail "$(<called)"
}

@test "setup: unknown system, no permission, a bad name: one message each" {
    mkdir only
    run env -i PATH="$work/only" /bin/sh "$root/tools/setup" ruby ss
    [[ $status -eq 1 && $output == "setup: no package manager"*$'\n'"setup: please install: ruby ss" ]] || fail "$output"

    program id 'echo 1000'
    setup_with dnf ss
    [[ $status -eq 1 && $output == *"not root"*"please install: iproute (root: dnf install -y iproute)" ]] || fail "$output"
    [[ ! -e called ]]

    run "$root/tools/setup" --frobnicate
    [[ $status -eq 2 && ${#lines[@]} -eq 1 && $output == *"usage: tools/setup"* ]] || fail "$output"
}

# without TOOL...: links all that PATH has into the folder "all", but those, and no package manager.
without() {
    local folder folders tool
    mkdir -p all
    IFS=: read -r -a folders <<<"$PATH"
    for folder in "${folders[@]}"; do ln -s "$folder"/* all/ 2>/dev/null || true; done # the first of a name counts
    for tool in "$@" apt-get dnf pacman zypper apk sudo; do rm -f "all/$tool"; done
}

# asked TARGET...: runs make here, with what "without" has left.
asked() {
    PATH=$work/all COUNT=1 run make --no-print-directory -C "$root" "$@"
}

@test "setup: each target names the tool that it lacks, builds nothing, and runs without those that it does not need" {
    local tool target missing
    without
    mkdir gone
    while read -r tool target; do
        mv "all/$tool" gone
        # shellcheck disable=SC2086  # several words
        asked $target
        mv "gone/$tool" all
        missing="setup: missing here: $tool. This installs it: tools/setup $tool"
        [[ $status -ne 0 && ${lines[0]} == "$missing" && ${#lines[@]} -eq 2 ]] || fail "make $target without $tool:" "$output"
    done <<'END'
cc step01
cc -W clients/client.c clients
awk
diff diff
sed diff
strace check
strace trace
python3 check
python3 watch
ss trace
END
    mv all/{awk,diff} gone
    asked check "PROGRAM=$built/step01-socket" STEP=1
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    asked demo
    [[ $status -eq 0 && $output == *"client | hello world"* ]] || fail "$output"
}

@test "setup: with CC=clang no gcc is asked for" {
    command -v clang >/dev/null || skip "no clang"
    without cc gcc c89 c99
    cp "$root/step05-write/server.c" .
    PATH=$work/all CC=clang CHECK_STEP=01 run "$root/tools/check"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    PATH=$work/all CC='clang -O1' run "$root/tools/setup"
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    # Into no file of the reader's.
    CC='clang -O1' asked -n step03
    [[ $status -eq 0 && ${lines[0]} == *" --check bash clang" && $output == *"clang -O1 -Wall -Wextra -o a.out step03-listen/server.c" ]] || fail "$output"
}
