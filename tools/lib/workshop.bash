# workshop.bash: where things are here, and how a program of ours says something and ends.
# Source it from a bash with set -euo pipefail.
# shellcheck shell=bash disable=SC2034  # the variables are for those who source it

# Which language we speak: WORKSHOP_LANG, else LANG. strace, ss and bash speak English everywhere, as the
# transcripts and lessons show them.
case ${WORKSHOP_LANG:-${LANG:-}} in ja*) language=ja ;; *) language=en ;; esac
export LC_ALL=C.UTF-8
unset LANGUAGE CDPATH # some C libraries heed the one even so (gettext(3)); with the other, cd prints

# Who has started us, while that is still certain: tools/guard.py asks.
[[ ${WORKSHOP_STARTER:-} == "$$:"* ]] || export WORKSHOP_STARTER=$$:$PPID

port=8001
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
build=$root/build
# Our own programs need the standard library only, which starts faster; what is compiled of them is kept in
# build/, whatever the reader's PYTHON variables say (python(1)).
python=(python3 -E -S -X "pycache_prefix=$build/pycache")

# words ENGLISH JAPANESE: prints what is in the reader's language.
words() {
    if [[ $language == ja ]]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

# die ENGLISH [JAPANESE]: ends the program with one line on standard error, exit 1.
die() {
    printf '%s: %s\n' "${0##*/}" "$(words "$1" "${2:-$1}")" >&2
    exit 1
}

# misused ENGLISH JAPANESE: ends the program with one line about its arguments, exit 2.
misused() {
    printf '%s: %s\n' "${0##*/}" "$(words "$1" "$2")" >&2
    exit 2
}

# What is said here has to be seen: a > that could not be opened, or >&-, would come to light later, and as a riddle.
{ : <&1; } 2>/dev/null || die "standard output is closed" "標準出力が閉じられています"

# require_limits: ends the program where it may not open, write or hold enough to judge anything; and has no crash leave
# a file named core here.  (ulimit, bash(1))
require_limits() {
    local option least limit
    ulimit -S -c 0
    while read -r option least; do
        limit=$(ulimit "$option")
        [[ $limit == unlimited || $limit -ge $least ]] ||
            die "a limit is too low here: ulimit $option says $limit, and $least is needed" \
                "リソースの制限が厳しすぎます。ulimit $option が $limit で、$least 以上が必要です"
    done <<<$'-n 32\n-f 1024\n-v 200000'
}

# require_loopback: ends the program where nobody could reach 127.0.0.1: with its interface down, a client would be told
# that the network is unreachable, and blame the server.
require_loopback() {
    { : >"/dev/udp/127.0.0.1/$port"; } 2>/dev/null || [[ $( (: >"/dev/udp/127.0.0.1/$port") 2>&1) != *unreachable* ]] ||
        die "the loopback interface is down here. As root: ip link set lo up" \
            "ループバックインターフェースが無効です。root で実行してください: ip link set lo up"
}

# require_writable FILE...: ends the program where one of them could not be written: whose folder is in the way, and what
# helps. build/ is root's after a sudo make.
require_writable() {
    local file folder owner
    for file in "$@"; do
        [[ ! -d $file ]] || die "$file is a folder: move it out of the way" "$file はディレクトリです。別の場所に移してください"
        [[ $file == /* ]] || file=$PWD/$file
        folder=${file%/*}
        while [[ ! -e $folder ]]; do folder=${folder%/*}; done
        [[ ! -w $folder ]] || continue
        [[ ! -O $folder && $( (: >"$folder/$$") 2>&1) != *"Read-only file system" ]] || die "$folder is read-only: copy the workshop to a folder that you may write to" \
            "$folder には書き込めません。書き込めるディレクトリにワークショップをコピーしてください"
        owner=$(stat -c %U "$folder")
        die "$folder belongs to $owner. It is yours after: sudo chown -R $EUID '$folder'" \
            "$folder の所有者は $owner です。自分のものにするには: sudo chown -R $EUID '$folder'"
    done
}

# require_own_source FOLDER: ends the program where a server.c is there and cannot be built into a.out: it is no file, or
# not readable, or a.out cannot be written.
require_own_source() {
    [[ -e $1/server.c || -L $1/server.c ]] || return 0
    [[ -f $1/server.c && -r $1/server.c ]] || die "server.c is not a file that can be read: see ls -l server.c" \
        "server.c は読み取れるファイルではありません。ls -l server.c で確かめてください"
    require_writable "$1/a.out"
}

# need FILE...: builds files below build/ (a step's program, launch) or clients/client, each by its rule in
# the Makefile. Prints nothing unless that fails.
need() {
    [[ -w $root && (! -e $build || -w $build) ]] || make --no-print-directory -q -C "$root" "$@" >/dev/null 2>&1 ||
        require_writable "$build/launch" "$root/a.out"
    (forget_make && make --no-print-directory -s -C "$root" "$@" >&2)
}

# clear_away: removes the folders below build/ that runs have left whose process is gone: SIGKILL leaves them.
clear_away() {
    local each made
    for each in "$build/run-$HOSTNAME-"*-*; do
        made=${each%-*}
        # Where /proc hides what is not ours to trace (hidepid), and we are in a user namespace, it would seem gone.
        [[ ! -e $each || -e /proc/${made##*-} ]] || kill -0 "${made##*-}" 2>/dev/null || rm -rf "$each"
    done
}

# new_folder: makes an empty folder for what a program writes while it runs, and prints its name. It is
# below build/, or where TMPDIR says, and has this process in its name.
new_folder() {
    local made top=${TMPDIR:-$build}
    clear_away
    [[ -n ${TMPDIR:-} ]] || require_writable "$build/run"
    made=$(exec 2>/dev/null; { [[ -n ${TMPDIR:-} ]] || mkdir -p "$build"; } && mktemp -d -p "$top" "run-$HOSTNAME-$$-XXXXXX") ||
        die "no folder can be made in $top: set TMPDIR to one that you may write to" \
            "$top にディレクトリを作れません。書き込めるディレクトリを TMPDIR に指定してください"
    cd "$made" && pwd
}

# forget_make: keeps what a make has handed down, its flags and variables, from the makes started here.
forget_make() {
    unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES STEP NAME PROGRAM
}
