# lib.bash: what tools/ and tests/ share. Source it from a bash with set -euo pipefail.
# shellcheck shell=bash disable=SC2034  # the variables are for those who source it

# strace, ls and bash speak the reader's language, and transcripts, lessons and hints are in English.
export LC_ALL=C.UTF-8
unset LANGUAGE # some C libraries heed it even so (gettext(3))

port=8001
root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
build=$root/build

# die MESSAGE...: ends the program with one line on standard error.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# need FILE...: builds files below build/ (a step's program, launch, client), each in its rule in
# the Makefile. Prints nothing unless that fails.
need() {
    make --no-print-directory -s -C "$root" "$@" >&2
}

# build_all: builds every step, launch, the C client and the hostile one.
build_all() {
    local steps
    all_steps
    need build/launch build/hostile clients/client "${steps[@]/#/build/}"
}

# prepare_tests: what all tests need, once for all of them: PREPARED hands it down, and spares the tools
# that the tests run the same questions.
prepare_tests() {
    [[ ${PREPARED:-} != "$root" ]] || return 0
    [[ -n ${PROGRAM:-} ]] || use_bare_interpreters # somebody's own program may need what it likes
    require_strace
    build_all
    export PREPARED=$root
}

# all_steps: sets steps to the folders of all steps, in order.
all_steps() {
    steps=("$root"/step[0-9][0-9]-*/)
    steps=("${steps[@]%/}")
    steps=("${steps[@]##*/}")
}

# step_folder NAME: prints the folder of a step. NAME is 3, 03, step3, step03 or step03-listen.
# Fails with one line that names the steps there are.
step_folder() {
    local wanted=${1%/} steps folder number
    all_steps
    number=${wanted#step}
    number=${number%%-*}
    for folder in "${steps[@]}"; do
        [[ $number =~ ^[0-9]{1,2}$ && $((10#$number)) -eq $((10#${folder:4:2})) ]] || continue
        [[ $wanted != *-* || $wanted == "$folder" ]] || continue
        printf '%s\n' "$folder"
        return 0
    done
    printf "There is no step '%s'. The steps are: %s\n" "$1" "${steps[*]}" >&2
    return 2
}

# previous_step STEP: prints the folder of the step before STEP, nothing for the first.
previous_step() {
    local steps folder before=''
    all_steps
    for folder in "${steps[@]}"; do
        [[ $folder != "$1" ]] || break
        before=$folder
    done
    printf '%s\n' "$before"
}

# new_folder: makes an empty folder for what a program writes while it runs, and prints its name. It is
# below build/, or where TMPDIR says.
new_folder() {
    local made top=${TMPDIR:-$build}
    made=$(mkdir -p "$build" && mktemp -d -p "$top" 2>/dev/null) ||
        die "no folder can be made in $top: set TMPDIR to one that you may write to"
    cd "$made" && pwd
}

# forget_make: keeps what a make has handed down, its flags and variables, from the makes started here.
forget_make() {
    unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES STEP SUITE
}

# clean_up_at_exit: has clean_up run at the end, whatever ends the program. A second Ctrl-C, or a make
# that passes the first one on, does not cut it short.
clean_up_at_exit() {
    trap 'trap "" INT TERM HUP; clean_up' EXIT
    trap 'trap "" INT TERM HUP; exit 130' INT
    trap 'trap "" INT TERM HUP; exit 143' TERM
    trap 'trap "" INT TERM HUP; exit 129' HUP
}

# load_promise STEP: sets the variables of STEP's promise file.
load_promise() {
    # shellcheck source=/dev/null
    source "$root/$1/promise"
}

# nap SECONDS: sleeps without starting a program: it waits for a pipe of its own that nobody writes to.
nap() {
    [[ -n ${nap_fd:-} ]] || exec {nap_fd}<> <(:)
    read -r -t "$1" -u "$nap_fd" || true
}

# wait_until SECONDS COMMAND...: runs COMMAND until it succeeds. Fails when SECONDS have passed. It asks
# often at first, then less: asking starts programs, which others have to wait for.
wait_until() {
    local -
    set +T # what bats does before every command would cost more than the question
    local limit=$((SECONDS + $1 + 1)) asked=0
    shift
    until "$@"; do
        ((SECONDS < limit)) || return 1
        if ((asked++ < 15)); then nap 0.01; else nap 0.06; fi
    done
}

# has_line FILE LINE: is that a whole line of the file? As grep -qxF, without starting a program.
has_line() {
    local line
    while IFS= read -r line; do
        [[ $line != "$2" ]] || return 0
    done <"$1"
    return 1
}

# listening: is there a listening socket on the port?  (ss(8))
listening() {
    [[ -n $(ss -Hltn "sport = :$port") ]]
}

# accept_queue_holds N: do at least N finished connections wait for accept (Recv-Q of the listening
# socket)?  (ss(8))
accept_queue_holds() {
    local queued=''
    read -r _ queued _ < <(ss -Hltn "sport = :$port") || true # nothing where no socket listens
    ((${queued:-0} >= $1))
}

# require_free_port: ends the program, with the holder's name, where something listens on the port.
require_free_port() {
    local line holder pid
    line=$(ss -Hltnp "sport = :$port")
    [[ -n $line ]] || return 0
    if [[ $line =~ \(\(\"([^\"]+)\",pid=([0-9]+) ]]; then
        pid=${BASH_REMATCH[2]}
        holder="${BASH_REMATCH[1]} (process $pid). Stop it first: kill $pid"
        # After Ctrl-Z it would heed that only when it goes on.
        { [[ $(<"/proc/$pid/stat") != *') T '* ]]; } 2>/dev/null || holder+="; kill -CONT $pid"
    else
        holder="another user's process. To see which: sudo ss -ltnp 'sport = :$port'"
    fi
    die "port $port is taken by $holder"
}

# require_strace: ends the program where strace is not allowed to trace.
require_strace() {
    local complaint
    [[ ${PREPARED:-} != "$root" ]] || return 0
    complaint=$(strace -o /dev/null true 2>&1) && return
    complaint=${complaint##*$'\n'} # the last line
    die "strace may not trace here (${complaint##*strace: }). README.md, \"When something is in the way\", says what to do."
}

# use_bare_interpreters: lets python3 and ruby mean those without any installed package: nothing here may
# need one, and they start in half the time. It also passes by a version manager's python3, which at
# every start first has to find out which one is meant.
use_bare_interpreters() {
    mkdir -p "$build/bin"
    printf '#!/bin/sh\nexec "%s" -S "$@"\n' "$(python3 -c 'import sys; print(sys.executable)')" >"$build/bin/python3"
    chmod +x "$build/bin/python3"
    export PATH=$build/bin:$PATH RUBYOPT=--disable-gems
}

# end_group PID: ends the process and the group that build/launch made of it, politely first, and
# waits for the end.
end_group() {
    signal_group TERM "$1"
    if ! wait_until 2 ended "$1"; then
        signal_group KILL "$1"
        wait_until 5 ended "$1" || return 0
    fi
    wait "$1" 2>/dev/null || true
    if ! wait_until 2 group_gone "$1"; then
        signal_group KILL "$1"
        wait_until 5 group_gone "$1" || true
    fi
}

# signal_group SIGNAL PID: to the process too, which may not have got as far as making its group.
signal_group() {
    kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null || true
}

# ended PID: has the process ended? The dead whom nobody has waited for yet (zombies) have; bash
# itself, in a trap, leaves its own children so.  (proc(5), stat)
ended() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${line##*) } == [ZX]* ]] # behind "pid (command) "
}

# group_gone PID: is neither the process nor anything else alive in the group that it led?
group_gone() {
    ended "$1" || return 1
    # The group is there as long as a zombie is in it. Who has waited for the process spares the search.
    ! kill -0 -- "-$1" 2>/dev/null || group_only_dead "$1"
}

group_only_dead() {
    local stat line state group
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        read -r state _ group _ <<<"${line##*) }"
        [[ $group != "$1" || $state == [ZX] ]] || return 1
    done
}

# stable_transcript: copies strace's output from the program's first own call (socket) on, with
# what differs from run to run (process and user ids, addresses in memory) made constant.
stable_transcript() {
    sed -n -e '/^socket(/,$p' |
        sed -E -e 's/si_pid=[0-9]+, si_uid=[0-9]+/si_pid=4242, si_uid=1000/' \
            -e 's/read\(3, 0x[0-9a-f]+/read(3, 0x550000000000/' \
            -e 's/sa_restorer=0x[0-9a-f]+/sa_restorer=0x7f0000000000/'
}

# portable_transcript: copies such a transcript, with what differs from one kind of machine to another
# made constant as well: aarch64 has no pause, musl writes with writev, SOMAXCONN varies.
portable_transcript() {
    sed -E \
        -e 's/^ppoll\(NULL, 0, NULL, NULL, 0\) */pause()                                 /' \
        -e 's/^listen\(3, [0-9]+\) */listen(3, 4096)                         /' \
        -e 's/SA_RESTORER\|//; s/, sa_restorer=0x[0-9a-f]+//'
}
