# helpers.bash: what the tests share: to start programs, to wait for what they do, to compare what
# they print.
#
# A program started under a NAME runs in the top folder of the repository. What it prints is in
# NAME.out and NAME.err in the test's own folder, where the test itself runs. teardown ends every
# program that was started.
# shellcheck shell=bash disable=SC2034,SC2154  # variables come from bats, tools/lib, the promises

# shellcheck source=../tools/lib/workshop.bash
source "${BASH_SOURCE[0]%/*}/../tools/lib/workshop.bash"
# shellcheck source=../tools/lib/steps.bash
source "${BASH_SOURCE[0]%/*}/../tools/lib/steps.bash"
# shellcheck source=server.bash
source "${BASH_SOURCE[0]%/*}/server.bash"
printf -v built %q "$build" # for a command in a shell

# prepare: builds every step and the C client, once for all tests.
prepare() {
    local steps system=${PYTHON:-/usr/bin/python3}
    [[ ${PREPARED:-} != "$root" ]] || return 0
    strace -o /dev/null true || die 'see README.md, "When something is in the way"'
    all_steps
    steps=("${steps[@]##*/}")
    need clients/client "${steps[@]/#/build/}"
    mkdir -p "$build/bin"
    # A version manager's python3 takes a tenth of a second to find at each start.
    [[ ! -x $system ]] || ln -sf "$system" "$build/bin/python3"
    export PREPARED=$root WORKSHOP_LANG=en PATH=$build/bin:$PATH
    [[ -n ${PROGRAM:-} ]] || export RUBYOPT=--disable-gems
}

setup_file() {
    [[ ${PREPARED:-} == "$root" ]] || require_free_port
    prepare
}

setup() {
    declare -gA pids=()
    read -r -a runner <<<"${RUNNER:-}" # in front of a program of PROGRAMS: an emulator
    work=${BATS_TEST_TMPDIR:-$(mktemp -d)} # bats before 1.4 has none
    cd "$work" || return
}

teardown() {
    local name
    for name in "${!pids[@]}"; do stop "$name"; done
    cd "$root" || return
    [[ -n ${BATS_TEST_TMPDIR:-} ]] || rm -rf "$work"
}

# fail [--expected TEXT --found TEXT] [LINE...]: fails the test and says why. Each line of the two
# texts has its label.
fail() {
    if [[ $1 == --expected ]]; then
        printf '%s\n' "expected: ${2//$'\n'/$'\n'expected: }" "found: ${4//$'\n'/$'\n'found: }" >&2
        shift 4
    fi
    printf '%s\n' "$@" >&2
    return 1
}

# answers STATUS PATTERN: has the command of bats' run ended with that status, and printed that?
answers() {
    # shellcheck disable=SC2053  # a pattern
    [[ $status -eq $1 && $output == $2 ]] ||
        fail --expected "$1, $2" --found "$status, $(tail -n 20 <<<"$output")"
}

# wait_until SECONDS COMMAND...: runs COMMAND until it succeeds. Fails when SECONDS have passed.
wait_until() {
    local limit=$((SECONDS + $1 + 1)) asked=0
    until "${@:2}"; do
        ((SECONDS < limit)) || return 1
        if ((asked++ < 20)); then sleep 0.02; else sleep 0.1; fi # to ask takes processor time
    done
}

# start NAME COMMAND...: starts COMMAND in the background, and sets pid. PROGRAMS may hold another
# C client.
start() {
    local name=$1 said=$work/$1
    shift
    [[ $1 != clients/client ]] || set -- "${runner[@]}" "${PROGRAMS:-clients}/client" "${@:2}"
    [[ -z ${pids[$name]:-} ]] || stop "$name"
    : >"$said.out" 2>"$said.err" # at once: the program may need a moment to begin
    set -m # a process group of its own, which takes SIGINT
    (close_descriptors && cd "$root" && exec "$@") </dev/null >"$said.out" 2>"$said.err" &
    set +m
    pid=$!
    pids[$name]=$pid
}

# close_descriptors: closes all but 0, 1 and 2.
close_descriptors() {
    local fd
    for fd in "/proc/$BASHPID/fd/"*; do
        fd=${fd##*/}
        ((fd < 3)) || eval "exec $fd>&-"
    done
}

# stop NAME: ends the program and all that it has started.
stop() {
    local pid=${pids[$1]}
    kill -- "-$pid" 2>/dev/null || true
    wait_until 2 ended "$pid" || true
    kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# ended PID: has the process ended? One whom nobody has waited for (a zombie) has.  (proc(5), stat)
ended() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    [[ ${line##*) } == [ZX]* ]] # behind "pid (name) "
}

# finish NAME [SECONDS]: waits for the program's end, 15 s at most, and sets status.
finish() {
    local pid=${pids[$1]:-$1}
    wait_until "${2:-15}" ended_or_ignored "$pid" || true
    ended "$pid" || fail --expected "$1 ends" --found "$1 still waits" "$(last_words "$1")"
    status=0
    wait "$pid" || status=$?
}

# ends_with STATUS NAME...: does each of them end, with that exit status?
ends_with() {
    local name
    for name in "${@:2}"; do
        finish "$name"
        [[ $status == "$1" ]] ||
            fail --expected "$name ends with $1" --found "ends with $status" "$(last_words "$name")"
    done
}

# still_runs NAME: has it not ended?
still_runs() {
    ! ended "${pids[$1]}" || fail --expected "$1 runs" --found "it has ended" "$(last_words "$1")"
}

# last_words NAME: prints what it, and the server, have printed last.
last_words() {
    (cd "$work" && tail -n 5 "$1.out" "$1.err" server.err 2>/dev/null) || true
}

# prints NAME TEXT, says NAME TEXT: is that all there is on its standard output, its standard error?
prints() { assert_file "$work/$1.out" "$2"; }
says() { assert_file "$work/$1.err" "$2"; }

# assert_file FILE TEXT: does the file hold exactly these bytes?
assert_file() {
    local found
    # read succeeds only where it finds the NUL byte that it looks for: no text has one.
    if IFS= read -r -d '' found <"$1" || [[ $found != "$2" ]]; then
        fail --expected "$2" --found "$(tr '\0' '@' <"$1")" "That is ${1##*/}."
    fi
}

# has_line FILE LINE: is that a whole line of the file?
has_line() { grep -qsxF -e "$2" "$1"; }

# The words that run a command on a terminal of its own.
on_terminal=(python3 -c 'import os, pty, sys
sys.exit(os.WEXITSTATUS(pty.spawn(sys.argv[1:])))')

# copy_all FOLDER: copies the course into that folder, with the five steps as they were built; of
# those beyond none, since other tests have files there at the same time.
copy_all() {
    mkdir -p "$1"/{build,beyond}
    cp -pr "$root"/{.git[ai]*,Makefile,README*,tools,tests,clients,docs,step*} "$1"
    cp -p "$build"/step0[1-5]-* "$1/build"
}
