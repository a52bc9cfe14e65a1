# waiting.bash: to wait for a fact, never for a time.
# shellcheck shell=bash

# nap SECONDS: sleeps without starting a program: it waits for a pipe of its own that nobody writes to. Before
# bash 5.2 a short read -t may wait for ever: the alarm that ends it comes before it has begun to read.
nap() {
    ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 502)) || { sleep "$1" && return; }
    [[ -n ${nap_fd:-} ]] || exec {nap_fd}<> <(:)
    read -r -t "$1" -u "$nap_fd" || true
}

# wait_until SECONDS COMMAND...: runs COMMAND until it succeeds. Fails when SECONDS have passed. It asks
# often at first, then less: asking starts programs, which others have to wait for.
wait_until() {
    local limit=$((SECONDS + $1 + 1)) asked=0
    shift
    until "$@"; do
        ((SECONDS < limit)) || return 1
        if ((asked++ < 15)); then nap 0.01; else nap 0.06; fi
    done
}
