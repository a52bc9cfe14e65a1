# check.bash: to have something judged, and to ask what was said of it. Needs helpers.
# shellcheck shell=bash disable=SC2154  # root, output and status come from the helper and from bats

export WORKSHOP_LANG=en
unset PYTHONUNBUFFERED # what is not flushed is lost
step05=$root/step05-write/server.c

# check [COMMAND]: runs tools/check; CHECK_STEP may stand before it.
check() { run "$root/tools/check" "$@"; }

# shows STATUS TEXT...: is each of the texts in the output, with that exit status?
shows() {
    local text
    [[ $status -eq $1 ]] || fail --expected "exit status $1" --found "$status" "$output"
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || fail --expected "$text" --found "$output"
    done
}

# change OLD NEW [FILE]: writes step05 with one text replaced to server.c.
change() {
    local text
    text=$(<"$step05")
    [[ $text == *"$1"* ]] || fail "step05 has no '$1'."
    printf '%s\n' "${text/"$1"/"$2"}" >"${3:-server.c}"
}

# The words that run a command in a terminal, in a folder that is named before it; what it prints
# there is in the file screen, too.
# shellcheck disable=SC2034  # tests use it
terminal=(python3 -c '
import os, pty, sys

def read(terminal):
    said = os.read(terminal, 1024)
    with open("screen", "ab") as screen:
        screen.write(said)
    return said

os.chdir(sys.argv[1])
sys.exit(os.WEXITSTATUS(pty.spawn(sys.argv[2:], read)))')
