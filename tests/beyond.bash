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

# listener: sets pid to the process that listens, which may be one that PROGRAM has started.
listener() {
    pid=$server_pid
    [[ -z ${PROGRAM:-} || ! $(ss -Hltnp "sport = :8001") =~ pid=([0-9]+) ]] || pid=${BASH_REMATCH[1]}
}

# children N, threads N, descriptors N: has the server so many, zombies included?
children() {
    local found=()
    listener
    read -r -a found <"/proc/$pid/task/$pid/children" || true # no line, where there is none
    [[ ${#found[@]} -eq $1 ]]
}
threads() {
    local found
    listener
    found=("/proc/$pid/task/"*)
    [[ ${#found[@]} -eq $1 ]]
}
descriptors() {
    local found
    listener
    found=("/proc/$pid/fd/"*)
    [[ ${#found[@]} -eq $1 ]]
}
