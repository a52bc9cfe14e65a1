# processes.bash: the certain end of what a program starts with build/launch. Needs tools/lib; and facts that tests wait for.
# shellcheck shell=bash disable=SC2154  # queued comes from tools/lib

# clean_up_at_exit: has clean_up run at the end, whatever ends the program. A second Ctrl-C, or a make
# that passes the first one on, does not cut it short.
clean_up_at_exit() {
    trap 'trap "" INT QUIT TERM HUP; clean_up' EXIT
    trap 'trap "" INT QUIT TERM HUP; exit 130' INT
    trap 'trap "" INT QUIT TERM HUP; exit 131' QUIT
    trap 'trap "" INT QUIT TERM HUP; exit 143' TERM
    trap 'trap "" INT QUIT TERM HUP; exit 129' HUP
}

# end_group PID: ends the process and the group that build/launch made of it, politely first, and
# waits for the end.
end_group() {
    signal_group TERM "$1"
    wait_until 2 ended "$1" || signal_group KILL "$1"
    wait "$1" 2>/dev/null || true
    wait_until 2 group_gone "$1" || signal_group KILL "$1"
    wait_until 5 group_gone "$1" || true
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

# accept_queue_holds N: do at least N finished connections wait for accept?
accept_queue_holds() {
    listening && ((queued >= $1))
}

# waiting_in FILE CALL...: does the trace end in one of the calls, not yet returned?
waiting_in() {
    local lines call
    { mapfile -t lines <"$1"; } 2>/dev/null || return 1 # strace has not made it yet
    for call in "${@:2}"; do
        [[ ! ${lines[*]: -1} =~ (^|\ )"$call("[^=]*$ ]] || return 0
    done
    return 1
}

# has_line FILE LINE: is that a whole line of the file? As grep -qxF, without starting a program.
has_line() {
    local line
    { while IFS= read -r line; do
        [[ $line != "$2" ]] || return 0
    done <"$1"; } 2>/dev/null
    return 1
}
