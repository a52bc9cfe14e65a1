# workshop.bash: where things are here, and how a program of ours says something and ends.
# Source it from a bash with set -euo pipefail.
# shellcheck shell=bash disable=SC2034  # the variables are for those who source it

# Our language: WORKSHOP_LANG, else LANG. strace, ss and bash speak English everywhere, as the
# transcripts and lessons show them.
case ${WORKSHOP_LANG:-${LANG:-}} in ja*) language=ja ;; *) language=en ;; esac
export LC_ALL=C.UTF-8
# Some C libraries heed LANGUAGE even so (gettext(3)), and with CDPATH cd prints.
unset LANGUAGE CDPATH

# Who has started us, while that is still certain: tools/guard.py asks.
[[ ${WORKSHOP_STARTER:-} == "$$:"* ]] || export WORKSHOP_STARTER=$$:$PPID

port=8001
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
build=$root/build
# Our own programs need the standard library only, which starts faster. Python keeps what it has
# compiled of them in build/, whatever the reader's PYTHON variables say (python(1)).
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

# With standard output closed (>&-), the first file that is opened would take its place.
{ : <&1; } 2>/dev/null || die "standard output is closed" "標準出力が閉じられています"

# require_limits: ends the program where it may not open, write or hold enough to judge anything.
# Has no crash leave a file named core here.  (ulimit, bash(1))
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

# require_loopback: ends the program where the loopback interface is down: clients would be told
# that the network is unreachable, and blame the server.
require_loopback() {
    [[ $({ : >"/dev/udp/127.0.0.1/$port"; } 2>&1) != *unreachable* ]] ||
        die "the loopback interface is down here. As root: ip link set lo up" \
            "ループバックインターフェースが無効です。root で実行してください: ip link set lo up"
}

# require_writable FILE...: ends the program where one of them could not be written. build/ is
# root's after a sudo make.
require_writable() {
    local file folder
    for file in "$@"; do
        [[ ! -d $file ]] ||
            die "$file is a folder: move it out of the way" "$file はディレクトリです。別の場所に移してください"
        [[ $file == /* ]] || file=$PWD/$file
        folder=${file%/*}
        while [[ ! -e $folder ]]; do folder=${folder%/*}; done
        [[ -w $folder ]] ||
            die "you may not write to $folder. Copy all of it, or: sudo chown -R $EUID '$folder'" \
                "$folder に書き込めません。教材をコピーするか、sudo chown -R $EUID '$folder' を実行してください"
    done
}

# need FILE...: builds files below build/, or clients/client, each by its rule in the Makefile.
# Prints nothing unless that fails.
need() {
    [[ -w $root && (! -e $build || -w $build) ]] ||
        make --no-print-directory -q -C "$root" "$@" >/dev/null 2>&1 ||
        require_writable "$build/x" "$root/a.out"
    (forget_make && make --no-print-directory -s -C "$root" "$@" >&2)
}

# forget_make: keeps a make's flags and variables from the makes that are started here.
forget_make() {
    unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES STEP NAME PROGRAM
}
