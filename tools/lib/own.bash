# own.bash: the reader's own program. Needs workshop.bash.
# shellcheck shell=bash disable=SC2034,SC2154  # variables for those who source it, and from workshop.bash

# own_program [COMMAND]: sets program, what to run, and source, the C file that it was built from, if we know.
# Without COMMAND it builds ./server.c, if there is one, into ./a.out; else it takes the ./a.out there is.
own_program() {
    source=''
    if [[ -n ${1:-} ]]; then
        program=(bash -c "$1")
    elif [[ -e $root/server.c || -L $root/server.c ]]; then
        require_own_source "$root"
        "${CC:-cc}" -Wall -Wextra -g -pthread -o "$root/a.out" "$root/server.c" || die "server.c does not compile" \
            "server.c をコンパイルできません"
        program=("$root/a.out")
        source=$root/server.c
    elif [[ -e $root/a.out ]]; then
        [[ -f $root/a.out && -x $root/a.out ]] || die "./a.out is no program that may be executed: see ls -l a.out" \
            "./a.out は実行できるプログラムではありません。ls -l a.out で確かめてください"
        program=("$root/a.out")
    else
        die "there is no server.c, and no ./a.out; or say PROGRAM='python3 mine.py'" \
            "server.c も ./a.out もありません。PROGRAM='python3 mine.py' のように指定することもできます"
    fi
}
