#!/usr/bin/env bats
# What an attendee's tools say where they cannot know: one line, and no verdict.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# one_line TOOL TEXT COMMAND...: does the command fail with that line, and no other but what it judges?
one_line() {
    run "${@:3}"
    [[ $status -eq 1 && ${lines[-1]} == "$1: $2"* && $output != *' steps'* && $output != *Traceback* ]] || fail "$output"
    [[ ${#lines[@]} -le 2 ]] || fail "$output"
}

@test "limits: too few descriptors, too small files, too little memory: check and demo say which limit" {
    local limit
    for limit in '-n 12' '-f 4' '-v 20000'; do
        # shellcheck disable=SC2016  # the inner shell expands it
        one_line check "a limit is too low here: ulimit $limit" \
            bash -c 'ulimit $1; exec "$2" true' - "$limit" "$root/tools/check" || fail "$limit"
    done
    # shellcheck disable=SC2016
    one_line demo "a limit is too low here: ulimit -n" bash -c 'ulimit -n 12; exec "$1" 05' - "$root/tools/demo"
    # shellcheck disable=SC2016
    run bash -c 'ulimit -n 12; exec make --no-print-directory -C "$1" check' - "$root"
    [[ ${lines[0]} == "setup: a limit is too low here: ulimit -n says 12, and 32 is needed" ]] || fail "$output"
}

@test "limits: what a killed run has left in build is gone after the next, what a living one has is not" {
    local dead living
    sleep 0 &
    dead=$build/run-$HOSTNAME-$!-abc
    wait $!
    living=$build/run-$HOSTNAME-$$-abc
    mkdir "$dead" "$living"
    # shellcheck disable=SC2016  # the bash that is started expands it
    echo 'source "$1/tools/lib/workshop.bash" && rmdir "$(new_folder)"' >next
    env -u TMPDIR bash next "$root"
    [[ ! -e $dead && -e $living ]] || fail "$(ls "$build")"
    # Where /proc does not show it; root alone may have that so.
    # shellcheck disable=SC2016  # the inner shell expands it
    ! unshare -m true 2>/dev/null || env -u TMPDIR unshare -m bash -c 'mount -t tmpfs none /proc && bash next "$1"' - "$root"
    [[ -e $living ]] || fail "It takes for dead who is not to be seen in /proc."
    rmdir "$living"
}

@test "limits: a port that another program takes after the start is named, not judged" {
    # shellcheck disable=SC2016  # the other program's shell expands them
    start other bash -c 'until [[ -e $1/asked ]]; do sleep 0.01; done; exec "$2/build/step05-write"' - "$work" "$root"
    # shellcheck disable=SC2016  # the program's own shell expands them
    printf '#!/usr/bin/env bash\ntouch asked\nwhile [[ -z $(ss -Hltn "sport = :8001") ]]; do sleep 0.05; done\nexec "%s"\n' \
        "$build/step05-write" >mine
    chmod +x mine
    run "$root/tools/check" ./mine
    [[ $status -eq 1 && ${lines[-1]} == "check: port 8001 is taken by step05-write (process $pid). "* ]] || fail "$output"
}

# tree FOLDER: what a checkout has, what is built of it, and nothing of the reader's.
tree() {
    mkdir -p "$1/build"
    cp -r "$root"/{.gitattributes,Makefile,README.md,README.ja.md,tools,tests,clients,devel,docs,beyond} "$root"/step0* "$1"
    cp "$build"/{launch,step??-*} "$1/build"
}

@test "limits: a checkout by Git for Windows, in a folder with blanks, a quote, a colon and Japanese in its name" {
    command -v git >/dev/null || skip "no git"
    local folder="$work/ワーク ショップ: it's"
    tree "$folder"
    cd "$folder"
    git init -q
    git config core.autocrlf true
    git add .gitattributes Makefile README* tools tests clients/*.* devel docs beyond step0* 2>/dev/null
    git ls-files -z | xargs -0 rm
    git checkout -q .
    ! grep -rlI $'\r' --exclude-dir=.git . || fail "There are files with CR LF."
    # What of the other tests would fail here: a variable whose folders a colon divides, a path between quotes.
    ! grep -rnE "PYTHONPATH=[^ ]|'[\$]root" tests/*.bats devel/*/*.bats | grep -v 'grep -rnE' || fail "That is no path of this folder."
    touch build/* clients/client
    # shellcheck disable=SC2016  # it is what the README says
    COUNT=1 run bash -c 'tools/setup && make demo && make -s page && make -s test STEP=01'
    [[ $status -eq 0 && $output == *"client | hello world"*"page.html is written"*" passed, 0 failed"* ]] || fail "$output"
    # And an archive's, unpacked by what knows of no right to execute.
    find tools -maxdepth 1 -type f -exec chmod a-x {} +
    run bash -c 'make help && make -s diff && make -s check STEP=1 PROGRAM=build/step01-socket'
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
}

@test "limits: a read-only folder, or one of root's after a sudo make, is one line that says what helps" {
    local target readonly=() user=()
    # Who is root only in a namespace of its own needs no other user to be refused.
    setpriv --reuid=65534 --clear-groups true 2>/dev/null && user=(setpriv --reuid=65534 --clear-groups)
    tree tree
    rm -r tree/build tree/clients/client
    # Root may write everywhere but on a read-only mount.
    # shellcheck disable=SC2016  # the inner shell expands it
    if [[ $EUID -eq 0 ]]; then
        unshare -m true 2>/dev/null || skip "nothing can be mounted here"
        readonly=(unshare -m bash -c 'mount --bind tree tree && mount -o remount,ro,bind tree && exec "$@"' -)
    fi
    touch tree/server.c
    chmod a-w tree tree/clients
    for target in demo step03 clients page riddle 'break NAME=backlog' check watch test; do
        # shellcheck disable=SC2086  # several words
        run "${readonly[@]}" env -u TMPDIR make --no-print-directory -C "$work/tree" $target
        [[ $status -ne 0 && ${#lines[@]} -eq 2 && ${lines[0]} == *": $work/tree"*" is read-only: copy the workshop to a folder"* ]] || fail "make $target:" "$output"
    done
    CHECK_STEP=1 run "${readonly[@]}" env -C "$work/tree" "$work/tree/tools/check" "$built/step01-socket"
    [[ $status -eq 0 ]] || fail "What is built elsewhere is not judged:" "$output"
    chmod u+w tree tree/clients

    [[ ${#user[@]} -eq 0 ]] || "${user[@]}" test -r "$root/tools" || skip "nobody else may read this repository"
    # shellcheck disable=SC2016  # the inner shell expands it
    WORKSHOP_LANG=ja run "${user[@]}" bash -c 'source "$1/tools/lib/workshop.bash" && require_writable /usr/build/x' check "$root"
    [[ $status -eq 1 && $output == "check: /usr の所有者は $(stat -c %U /usr) です。自分のものにするには: sudo chown -R $("${user[@]}" id -u) '/usr'" ]] || fail "$output"
}

@test "limits: with the loopback interface down, check, watch and demo say so" {
    unshare --net true 2>/dev/null || skip "no network of its own can be made here"
    local target
    for target in 'check PROGRAM=true' watch 'demo STEP=03'; do
        # shellcheck disable=SC2086  # several words
        run timeout 20 unshare --net make --no-print-directory -C "$root" $target
        [[ ${#lines[@]} -eq 2 && ${lines[0]} == *": the loopback interface is down here. As root: ip link set lo up" ]] || fail "$output"
    done
}

@test "limits: an exported CDPATH, make -j and a closed standard output are in nobody's way" {
    local tool
    # What cd says there would be taken for the name of a folder.
    COUNT=1 CDPATH=.:/ run make --no-print-directory -j4 -C "$root" demo
    [[ $status -eq 0 && $output == *"client | hello world"* && $output != *jobserver* ]] || fail "$output"
    for tool in check watch trace demo diff page break riddle explain help; do
        # shellcheck disable=SC2016  # the inner shell expands it
        run bash -c '"$1" >&-' - "$root/tools/$tool"
        [[ $status -eq 1 && $output == "$tool: standard output is closed" ]] || fail "$output"
    done
}
