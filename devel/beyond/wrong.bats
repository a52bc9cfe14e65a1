#!/usr/bin/env bats
# Each of these wrong servers fails the test that is there for it.
# A line: the step; a few words of the test's name; a sed script that makes the step's server wrong.
load ../../tests/helpers

wrong() {
    cat <<'END'
06 byte by byte;    s/while (memmem(/if (memmem(/
06 no reply is lost;s/LONGEST - length/LONGEST/
06 no reply is lost;/check("shutdown"/d; /SO_RCVTIMEO, &/d; /while (read(/,+1d
06 end nothing;     /signal(SIGPIPE/d
06 end nothing;     s/if (n <= 0)/if (n < 0)/
06 four seconds;    /SO_RCVTIMEO, &/d
07 what leads out;  s/strchr(name, '\/') == NULL/1/
07 what leads out;  s/ | O_NOFOLLOW//
07 what leads out;  s/ || !S_ISREG(file.st_mode)//
07 nine million;    s/while (left > 0)/if (left > 0)/; s/(size_t)left)/1000000)/
07 amid a file;     /check("close", close(file_fd))/s/check.*/;/
08 no process;      /signal(SIGCHLD/d
08 no process;      s/^int main/#include <sys\/wait.h>\nstatic void reap(int n) { wait(\&n); }\n&/; s/SIGCHLD, SIG_IGN/SIGCHLD, reap/
08 no process;      /The child has its own copy/,+1d
08 port is free;    /close(listening_fd)/d
09 50 clients;      s/(void \*)(intptr_t)connected_fd/\&connected_fd/; s/(int)(intptr_t)argument/*(int *)argument/
09 50 clients;      s/pthread_detach(thread);/& close(connected_fd);/
09 no thread's;     /pthread_detach(thread)/s/pthread_detach(thread)//
10 say nothing;     s/EPOLLOUT/EPOLLIN/
10 gets the rest;   s/client->left -= n/client->left = 0/
10 no reply is lost;s/watch(EPOLL_CTL_MOD, fd, EPOLLIN)/watch(EPOLL_CTL_MOD, fd, EPOLLOUT)/
10 sleeps;          s/EPOLL_CTL_ADD, fd, EPOLLIN/EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT/; s/n <= 0)/n == 0)/; s/+= (size_t)n/+= n < 0 ? 0 : (size_t)n/
10 no descriptor;   /check("close", close(clients/s/check.*/;/
10 in between;      s/, SOCK_NONBLOCK)/, 0)/; s/return 0;$/return serve(fd);/
11 drips;           s/return 0;$/{ renew(client); return 0; }/
11 drips;           /client->left -= n/,+1s/renew(client);//
11 run out;         /MOD, listening_fd, EPOLLIN/d
END
}

# try LINE: builds the wrong server, and prints the line where the test does not fail.
try() {
    local step=${1%% *} name=${1%%;*} folder
    name=${name#* } folder=$(mktemp -d "$work/XXXXXX")
    find_step "$step"
    sed "${1#*;}" "$root/$step/server.c" >"$folder/server.c"
    ! cmp -s "$folder/server.c" "$root/$step/server.c" || echo "nothing changed: $1"
    cc -w -pthread -o "$folder/${step##*/}" "$folder/server.c" || echo "does not compile: $1"
    PATIENCE=2 PROGRAMS=$folder TMPDIR=$folder unshare -r -n bash -c 'ip link set lo up && exec "$@"' - \
        bats --tap -f "$name" "$root/tests/step${1%% *}.bats" >"$folder/said" 2>&1 </dev/null || true
    grep -q '^not ok 1 step' "$folder/said" || echo "not noticed: $1" "$(<"$folder/said")"
}

@test "wrong: each wrong server of the steps beyond fails the test that is there for it" {
    local line
    PATH=${PATH//"$BATS_LIBEXEC:"/} # the inner bats is another one
    unshare -r -n true || skip "no network of one's own here"
    while read -r line; do
        while (($(jobs -rp | wc -l) >= 8)); do wait -n; done
        try "$line" >>said &
    done < <(wrong)
    wait
    [[ ! -s said ]] || fail "$(<said)"
}
