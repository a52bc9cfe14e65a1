#!/usr/bin/env bats
# What the analyzers say about the C files, and what the sanitizers and valgrind say about every step
# and the C client while hostile clients, and odd servers, do their worst.
load test_helper

PROGRAM='' # not about anybody's program: these are the reference's own
export PROGRAM

# require TOOL...: skips where a tool is missing; make analyse installs it.
require() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is not installed (tools/setup $tool)"
    done
}

# each_step_as COMMAND...: starts every step's server with "COMMAND... STEP", sends hostile clients,
# ends it with SIGTERM, and sets step, server_pid and status for judge, which is called then.
each_step_as() {
    for step in "${steps[@]}"; do
        load_promise "$step"
        start server "$@" "./$step"
        server_pid=$pid
        wait_until 60 ready || fail "$step does not start:" "$(cat server.err)"
        if [[ $ready_call == listen ]]; then hostile_clients; else assert_served; fi
        kill -TERM "$server_pid"
        finish "$server_pid" 60
        judge
    done
}

hostile_clients() {
    local arguments all=('reset 5')
    [[ $client_exit == waits ]] || all+=('abandon 5' 'crowd 50' 'mega' 'flood 100')
    for arguments in "${all[@]}"; do
        # shellcheck disable=SC2086  # two words
        start hostile "$build/hostile" $arguments
        finish "$pid" 60
        [[ $status == 0 ]] || fail "$step: hostile $arguments: $(cat hostile.err)"
    done
    [[ $client_exit == waits ]] || assert_served 60
}

# build_here FILE NAME FLAG...: builds a C file into this test's folder.
build_here() {
    cc -g "${@:3}" -o "$2" "$root/$1" || skip "cc cannot build with ${*:3}"
}

sanitizers=(-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all)

# odd_requests SERVERS COMMAND...: has COMMAND, the C client, ask these of the odd servers, and others
# with wrong arguments, and judges each run. COMMAND's word LOG stands for a file name of its own.
odd_requests() {
    local name number row i pids=() rows=('--help' 'localhost 8001 x' 'localhost 1 1' 'unknown.invalid 1 1')
    while read -r name number; do
        [[ " $1 " != *" $name "* ]] || rows+=("127.0.0.1 $number 2 0")
    done <odd.out
    shift
    for i in "${!rows[@]}"; do
        read -r -a row <<<"${rows[i]}"
        start "client$i" "${@//LOG/log$i}" "${row[@]}"
        pids+=("$pid")
    done
    for i in "${!rows[@]}"; do
        finish "${pids[i]}" 60
        [[ $status == [012] ]] || fail "$* ${rows[i]}: status $status" "$(cat "client$i".err log"$i")"
        # What ends in an error is closed by the exit; after a reply, the client closes itself.
        [[ $status != 0 || ! -f log$i ]] || ! grep 'Open AF_INET' "log$i" || fail "$* ${rows[i]} leaves that open."
    done
}

@test "analysis: gcc -fanalyzer, clang-tidy and cppcheck, which make lint runs, find what is wrong" {
    require gcc clang-tidy cppcheck
    printf '%s\n' '#include <stdlib.h>' 'int main(void)' '{' '    char *p = malloc(1);' '    free(p);' '    int four[4] = {0};' '    return *p + four[4];' '}' >wrong.c
    run "$root/tools/analyse" wrong.c
    [[ $status -eq 1 && $output == *Werror=analyzer-* && $output == *clang-analyzer* && $output == *arrayIndexOutOfBounds* ]] || fail "$output"
}

@test "analysis: AddressSanitizer and UndefinedBehaviorSanitizer find nothing in any step" {
    all_steps
    for step in "${steps[@]}"; do build_here "$step/server.c" "$step" "${sanitizers[@]}"; done
    judge() {
        [[ $status == 143 ]] || fail "$step: status $status" "$(cat server.err)"
        ! grep -E 'Sanitizer|runtime error' server.err || fail "$step: $(cat server.err)"
    }
    each_step_as env
}

@test "analysis: valgrind finds no error in any step, and no descriptor open but the listening one" {
    require valgrind
    all_steps
    for step in "${steps[@]}"; do build_here "$step/server.c" "$step"; done
    judge() {
        local open
        [[ $status == 143 ]] || fail "$step: status $status" "$(cat server.err log)"
        grep -q 'ERROR SUMMARY: 0 errors' log || fail "$step: $(cat log)"
        open=$(grep -c ' Open ' log)
        ((open - $(grep -c 'inherited from parent' log) == 1)) || fail "$step leaves open: $(cat log)"
    }
    each_step_as valgrind --log-file=log --track-fds=yes
}

@test "analysis: neither finds anything in the C client, whatever the server sends" {
    start odd python3 "$root/tests/odd_server.py"
    wait_until 20 has_line odd.out ready || fail "$(cat odd.err)"
    build_here clients/client.c sanitized "${sanitizers[@]}"
    ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99 odd_requests "pieces binary nothing middle megabyte beyond" ./sanitized

    require valgrind
    build_here clients/client.c plain
    # Under valgrind a megabyte takes long.
    odd_requests "pieces nothing middle" valgrind --log-file=LOG --leak-check=full --track-fds=yes --error-exitcode=99 ./plain
}
