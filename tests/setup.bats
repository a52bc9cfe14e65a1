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

# setup_with MANAGER [ARGUMENT...]: runs tools/setup where no program exists but those in the folder
# only: that package manager, which writes how it is called to the file called, and an id, root's
# unless the test has made another one.
setup_with() {
    [[ -e only/id ]] || program id 'echo 0'
    program "$1" "echo \"$1 \$*\" >>called; exit ${manager_status:-0}"
    run env -i PATH="$work/only" /bin/sh "$root/tools/setup" "${@:2}"
}

@test "setup: --dry-run names each package manager's own packages, and runs nothing" {
    local manager expected
    while read -r manager expected; do
        rm -rf only
        setup_with "$manager" --dry-run
        answers 0 "*: bash cc make strace ss pgrep bats ruby python3 curl
*would run: *$manager $expected"
        [[ ! -e called ]]
    done <<'END'
apt-get install -y -qq bash gcc libc6-dev make strace iproute2 procps bats ruby python3 curl
dnf install -y bash gcc glibc-devel make strace iproute procps-ng bats ruby python3 curl
pacman -Syu --needed --noconfirm bash gcc make strace iproute2 procps-ng bats ruby python curl
zypper * install bash gcc glibc-devel make strace iproute2 procps bats ruby python3 curl
apk add bash gcc musl-dev make strace iproute2 procps bats ruby python3 curl
END
}

@test "setup: it installs what is missing only; --check and make install nothing" {
    program strace true
    setup_with apk --check strace ss ruby
    answers 1 "setup: missing here: ss ruby. This installs it: sh tools/setup ss ruby"
    setup_with apk --check strace
    answers 0 ''
    ln -s /bin/sh "$(command -v bash)" only
    PATH=$work/only run "$(command -v make)" -C "$root" check step01
    answers 2 "*setup: missing here: python3. This installs it: sh tools/setup python3*"
    [[ ! -e called ]]
    manager_status=1 setup_with apk ruby strace ss
    answers 1 "setup: missing here: ruby ss
setup: running: apk add ruby iproute2
*
setup: please install: ruby iproute2"
    assert_file called $'apk add ruby iproute2\n'
}

@test "setup: unknown system, no permission, a bad name: one message each" {
    program none true
    run env -i PATH="$work/only" /bin/sh "$root/tools/setup" ruby ss
    answers 1 "setup: no package manager*"$'\n'"setup: please install: ruby ss"
    program id 'echo 1000'
    setup_with dnf ss
    answers 1 "*not root*please install: iproute (root: dnf install -y iproute)"
    # shellcheck disable=SC2016  # it is not to be expanded
    for name in --frobnicate '$(touch called)'; do
        CC=$name run "$root/tools/setup" "$name"
        answers 2 "setup: *usage: tools/setup*"
    done
    [[ ! -e called ]]
}
