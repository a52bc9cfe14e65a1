# beyond.bash: silent clients, and what they cost a server; for the tests of steps 7 to 9. Needs helpers.
# shellcheck shell=bash disable=SC2034,SC2154  # silent is for the tests; variables come from helpers

# silent_clients N: connects N times, and says nothing; their descriptors are in silent.
silent_clients() {
    local i fd
    silent=()
    for ((i = 0; i < $1; i++)); do
        exec {fd}<>/dev/tcp/127.0.0.1/8001
        silent+=("$fd")
    done
}

silent_clients_go() {
    local fd
    for fd in "${silent[@]}"; do exec {fd}>&-; done
}

# find_listener: sets listener to the process that listens, which may be one that PROGRAM has started.
find_listener() {
    [[ ${found_for:-} != "$server_pid" ]] || return 0
    listener=$server_pid
    [[ -z ${PROGRAM:-} || ! $(ss -Hltnp "sport = :8001") =~ pid=([0-9]+) ]] || listener=${BASH_REMATCH[1]}
    found_for=$server_pid
}

# children N, threads N, descriptors N: has the server so many, zombies included?
children() {
    local found=()
    find_listener
    read -r -a found <"/proc/$listener/task/$listener/children" || true # no line, where there is none
    [[ ${#found[@]} -eq $1 ]]
}
threads() { entries task "$1"; }
descriptors() { entries fd "$1"; }

# entries FOLDER N: has that folder of the server's in /proc so many entries?
entries() {
    local found
    find_listener
    found=("/proc/$listener/$1/"*)
    [[ ${#found[@]} -eq $2 ]]
}
