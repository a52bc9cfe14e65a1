#!/usr/bin/env bats
# What the steps beyond promise at a large scale; and that their tests see what is wrong.
load ../../tests/helpers
load ../../tests/beyond

@test "beyond: no server but step11's has more than 120 lines; reply.h has lines of step07" {
    local shared
    run awk 'FNR == 121 { print FILENAME }' "$root"/beyond/step{06,07,08,09,10}-*/server.c
    answers 0 ''
    shared=$(sed -n '/^enum/,$p' "$root/beyond/reply.h")
    [[ $(<"$root/beyond/step07-sendfile/server.c") == *"$shared"* ]]
}

@test "beyond: 10,000 silent clients cost step10 less than 20 MB, and nobody the reply" {
    local before
    (($(ulimit -Hn) >= 11000)) || skip "no process here may have 11,000 descriptors"
    ulimit -Sn "$(ulimit -Hn)"
    step=beyond/step10-epoll
    start_server "$step"
    ask ask 3
    before=$(kilobytes)
    hold 10000
    ask ask 3
    (($(kilobytes) - before < 20000)) || fail "It took $before kB before, and now $(kilobytes) kB."
}

kilobytes() { awk '/^VmRSS/ { print $2 }' "/proc/$server_pid/status"; }

# wrong STEP WORDS SED...: makes the step's server wrong by these sed scripts, and asks it what the
# test with these words in its name asks. Prints a line where that does not fail, in said.
wrong() {
    while (($(jobs -rp | wc -l) >= 12)); do wait -n; done
    try "$@" >>said &
}

try() {
    local folder
    folder=$(mktemp -d "$work/XXXXXX")
    find_step "$1"
    sed "$(printf '%s\n' "${@:3}")" "$root/$step/server.c" >"$folder/server.c"
    ! cmp -s "$folder/server.c" "$root/$step/server.c" || echo "nothing changed: $*"
    cc -w -pthread -iquote "$root/$step" -o "$folder/${step##*/}" "$folder/server.c" ||
        echo "does not compile: $*"
    # shellcheck disable=SC2016  # the inner shell expands it
    PATIENCE=2 PROGRAMS=$folder TMPDIR=$folder unshare -r -n \
        bash -c 'ip link set lo up && exec bats --tap -f "$0" "$1"' \
        "$2" "$root/tests/step$1.bats" >"$folder/said" 2>&1 </dev/null || true
    grep -q '^not ok 1 step' "$folder/said" || echo "not noticed: $*" "$(<"$folder/said")"
}

@test "beyond: each wrong server of the steps beyond fails the test that is there for it" {
    PATH=${PATH//"$BATS_LIBEXEC:"/} # the inner bats is another one
    unshare -r -n true || skip "no network of one's own here"
    wrong 06 'byte by byte' 's/} while (memmem.*/} while (0);/'
    wrong 06 'no reply is lost' 's/LONGEST - length/LONGEST/'
    wrong 06 'no reply is lost' '/check("shutdown"/,+1d' '/SO_RCVTIMEO, &/d' '/while (read(/,+1d'
    wrong 06 'end nothing' '/signal(SIGPIPE/d'
    wrong 06 'end nothing' 's/if (n <= 0)/if (n < 0)/'
    wrong 06 'four seconds' '/SO_RCVTIMEO, &/d'
    wrong 07 'what leads out' "s/strchr(name, '\/') == NULL/1/"
    wrong 07 'what leads out' 's/ | O_NOFOLLOW//'
    wrong 07 'what leads out' 's/ || !S_ISREG(file.st_mode)//'
    wrong 07 'nine million' 's/while (left > 0)/if (left > 0)/' 's/(size_t)left)/1000000)/'
    wrong 07 'amid a file' '/check("close", close(file_fd))/s/check.*/;/'
    wrong 08 '50 clients' '/signal(SIGCHLD/d'
    wrong 08 '50 clients' 's/^int main/static void reap(int n) { wait(\&n); }\n&/' \
        's/SIGCHLD, SIG_IGN/SIGCHLD, reap/' '/<unistd/s/$/\n#include <sys\/wait.h>/'
    wrong 08 '50 clients' '/The child has its own copy/,+1d'
    wrong 08 'port is free' '/close(listening_fd)/d'
    wrong 09 '50 clients' 's/(void \*)(intptr_t)connected_fd/\&connected_fd/' \
        's/(int)(intptr_t)argument/*(int *)argument/'
    wrong 09 '50 clients' 's/pthread_detach(thread);/& close(connected_fd);/'
    wrong 09 '50 clients' 's/pthread_detach(thread)//'
    wrong 10 'say nothing' 's/EPOLLOUT/EPOLLIN/'
    wrong 10 'in between' 's/, SOCK_NONBLOCK)/, 0)/' 's/return 0;$/return serve(fd);/'
    wrong 10 'gets the rest' 's/client->left -= n/client->left = 0/'
    wrong 10 'no reply is lost' 's/(EPOLL_CTL_MOD, fd, EPOLLIN)/(EPOLL_CTL_MOD, fd, EPOLLOUT)/'
    wrong 10 'sleeps' 's/EPOLL_CTL_ADD, fd, EPOLLIN/& | EPOLLOUT/' 's/n <= 0)/n == 0)/' \
        's/+= (size_t)n/+= n < 0 ? 0 : (size_t)n/'
    wrong 10 'no descriptor' '/check("close", close(clients/s/check.*/;/'
    wrong 11 'drips' 's/return 0;$/{ renew(client); return 0; }/'
    wrong 11 'drips' 's/^        renew(client);//'
    wrong 11 'run out' 's/sleep(1);/_exit(1);/'
    wait
    [[ ! -s said ]] || fail "$(<said)"
}
