#!/usr/bin/env bats
# The bench of the steps in beyond/.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers

# In a copy: the other bench's tests may run beside these, and look for its processes and files by their names.
setup_file() {
    unset PROGRAM
    export COPY=${BATS_FILE_TMPDIR:-$(new_folder)}/copy # bats before 1.4 has none
    mkdir "$COPY"
    cd "$BATS_TEST_DIRNAME/../.." || return
    cp -r Makefile tools beyond step* "$COPY"
    mkdir "$COPY/devel"
    cp -r devel/bench "$COPY/devel"
}

nobody_listens() {
    ! listening
}

# none_left: is nobody there any more, neither who listens nor who asks?
none_left() {
    wait_until 5 nobody_listens || fail "Something still listens."
    ! pgrep -f "^$COPY/build/" || fail "Something still runs."
}

@test "bench beyond: a small run counts calls and silent clients' memory, and leaves no process" {
    run "$COPY/devel/bench/beyond" --rounds 1 --requests 100 --silent 100 -- step06-read step08-thread
    [[ $status -eq 0 ]] || fail "$output"
    grep -qE '^\| step06-read \| 7 \| .* read 2, accept 1, close 1, setsockopt 1, shutdown 1, write 1 \|$' \
        <<<"$output" || fail "$output"
    grep -qE '^\| step09-epoll \| 11 \| .* epoll_wait 3, epoll_ctl 2, read 2, accept4 1,' <<<"$output" ||
        fail "$output"
    # A thread's pages, and a row of a table, which may be less than the machine needs otherwise by then.
    grep -qE '^\| step08-thread \| [1-9][0-9]?\.[0-9]+ \| – ' <<<"$output" || fail "$output"
    grep -qE '^\| step09-epoll \| -?[0-2]\.[0-9]+ \| – ' <<<"$output" || fail "$output"
    none_left
}

@test "bench beyond: a wrong reply ends it" {
    command -v node >/dev/null || skip "node is not installed"
    sed -i 's/hello world/Hello world/' "$COPY/devel/bench/http/node-http.js"
    run "$COPY/devel/bench/beyond" --rounds 1 --requests 100 --silent -- node-http
    [[ $status -eq 1 && ${lines[-1]} == "beyond: node-http: load: 0 of "*" then: HTTP/1.1 200 OK" ]] || fail "$output"
    none_left
}

@test "bench beyond: the pages show what was recorded; figures that contradict them are not recorded" {
    cp "$root"/docs/beyond.* .
    "$root/devel/bench/beyond" --figures beyond.json --record .
    for file in beyond.*; do
        diff -u "$root/docs/$file" "$file" || fail "$file is not what devel/bench/beyond makes of docs/beyond.json."
    done
    sed -E 's/("step09-epoll": \{"calls": \{[^}]*\}, "cpu_us": \[)/\1999, 999, 999, 999, /' beyond.json >wrong.json
    run "$root/devel/bench/beyond" --figures wrong.json --record .
    [[ $status -eq 1 && $output == *"wrong to say:"*"step09 needs no more processor time than"* ]] || fail "$output"
    diff beyond.json "$root/docs/beyond.json"
}
