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
}

@test "limits: a program in this folder without ./ before it gets a hint" {
    cp "$build/step01-socket" a.out
    one_line check "the shell looks for a.out elsewhere: say ./a.out" "$root/tools/check" a.out
}

@test "limits: what a killed run has left in build is gone after the next, what a living one has is not" {
    local dead living
    sleep 0 &
    dead=$build/run-$HOSTNAME-$!-abc
    wait $!
    living=$build/run-$HOSTNAME-$$-abc
    mkdir "$dead" "$living"
    CHECK_STEP=1 run env -u TMPDIR "$root/tools/check" "$built/step01-socket"
    [[ ! -e $dead && -e $living ]] || fail "$(ls "$build")"
    rmdir "$living"
}

@test "limits: a port that another program takes after the start is named, not judged" {
    cat >both.py <<'END'
import os, subprocess, sys, time
while not os.path.exists("asked"):
    time.sleep(0.01)
server = subprocess.Popen([sys.argv[1] + "/build/step05-write"], stderr=subprocess.DEVNULL)
open("holder", "w").write(str(server.pid))
server.wait()
END
    start other env -C "$work" python3 both.py "$root"
    # shellcheck disable=SC2016  # the program's own shell expands them
    printf '#!/usr/bin/env bash\ntouch asked\nwhile [[ -z $(ss -Hltn "sport = :8001") ]]; do sleep 0.05; done\nexec "%s"\n' \
        "$build/step05-write" >mine
    chmod +x mine
    run "$root/tools/check" ./mine
    [[ $status -eq 1 && ${lines[-1]} == "check: port 8001 is taken by step05-write (process $(<holder)). "* ]] || fail "$output"
}

@test "limits: a colon in the path: trace and page find their parts" {
    mkdir 'a:b'
    cp -r "$root/tools" "$root/clients" "$root"/step0* 'a:b'
    cp "$build/step01-socket" 'a:b/a.out'
    run 'a:b/tools/page'
    [[ $status -eq 0 && -s a:b/build/page.html ]] || fail "$output"
}

@test "limits: a read-only folder where nothing is built yet is one line" {
    local readonly=()
    [[ $EUID -ne 0 ]] || unshare -m true 2>/dev/null || skip "no file system may be mounted here"
    mkdir tree
    cp -r "$root/tools" "$root/clients" "$root/Makefile" "$root"/step0* tree
    rm -f tree/clients/client
    # Root may write everywhere but on a read-only mount.
    # shellcheck disable=SC2016  # the inner shell expands it
    [[ $EUID -ne 0 ]] || readonly=(unshare -m bash -c 'mount --bind tree tree && mount -o remount,ro,bind tree && exec "$@"' -)
    chmod a-w tree tree/clients
    TMPDIR=$work one_line demo "this folder is read-only" "${readonly[@]}" "$work/tree/tools/demo" 01
    chmod u+w tree tree/clients
}
