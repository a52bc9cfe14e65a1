#!/usr/bin/env bats
# make hint: what to do about what was checked last.
# shellcheck disable=SC2154  # root, build and work come from the helper, the rest from bats
load helpers
load check

hint() { run "$root/tools/hint" "$@"; }

@test "hint: about what was checked last, its PROGRAM and STEP, and as it is now" {
    change 'htons(8001)' 8001
    check
    hint
    shows 0 "mistake   The port went in without htons" "line      server.c:36" \
        "hint      Set the port to 8001." $'\n        .sin_port = htons(8001),\n' "again     make"
    WORKSHOP_LANG=ja hint
    shows 0 "直し方            ポートを 8001 にします。"
    cp "$step05" server.c
    hint
    shows 0 "There is nothing to mend."
    change '    for (;;) {' '    pause(); for (;;) {'
    hint
    shows 0 "The program waits in pause, and does not get as far as accept." "Take that line out."
    change '    if (listen(' '    if (bind(listening_fd, (void *)&address, 16) == -1 || listen('
    hint
    shows 0 "hint      Look up the error that it printed last in docs/errors.md."
    printf 'import socket\ns = socket.socket()\ns.bind(("", 8000))\n' >mine.py
    CHECK_STEP=2 check "python3 mine.py"
    hint
    shows 0 'server.bind(("", 8001))' "again     make check PROGRAM='python3 mine.py' STEP=2"
    rm build/checked server.c
    hint "python3 mine.py"
    shows 0 "(bind/other-port)"
}

@test "hint: code in the program's own language, and none where that is not certain" {
    local how code
    # The source that -g names, or what another language's compiler leaves in a program.
    for how in "-g C" "-w /rustc/" "-w caml_"; do
        change INADDR_ANY INADDR_LOOPBACK mine.c
        echo "const char mark[] = \"${how#* }\";" >>mine.c
        cc "${how% *}" -o mine mine.c
        hint ./mine
        code=$(grep -o '^        .*' <<<"$output") || true
        echo "${code:-none}" >>codes
        shows 0 "hint      Bind to 0.0.0.0, which means every address of this machine."
    done
    [[ $(<codes) == *htonl\(INADDR_ANY\),*'TcpListener::bind("0.0.0.0:8001")?'*none ]] ||
        fail "$(<codes)"
}

@test "hint: on a terminal, code is not folded" {
    cp "$step05" server.c
    sed -i 's/sizeof address) == -1/8) == -1/' server.c
    # shellcheck disable=SC2016  # the inner shell expands it
    run "${terminal[@]}" . bash -c 'stty cols 50; "$1"' - "$root/tools/hint"
    shows 0 $'\n        bind(listening_fd, (struct sockaddr *)&address, sizeof address)\r'
}
