#!/usr/bin/env bats
# devel/room: hostile servers and hostile addresses do no harm, and hide nobody's result.
# shellcheck disable=SC2154  # variables come from helpers
load ../tests/helpers

# result NAME: prints what came of that server.
result() {
    sed -n "s/^$1 \+//p" room.out
}

@test "room: servers that forge, fork or write elsewhere leave the others as they are" {
    mkdir servers
    cp "$root/step05-write/server.c" servers/ann.c
    cp "$root/step03-listen/server.c" servers/ben.c
    echo 'int main(void) { for (;;) fork(); }' >servers/forks.c
    cat >servers/forges.c <<'END'
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void)
{
    char name[64];
    DIR *all = opendir("/proc");
    for (struct dirent *each; (each = readdir(all)) != NULL;) {
        int pid = atoi(each->d_name);
        sprintf(name, "/proc/%d/fd/1", pid);
        int fd = pid > 1 ? open(name, O_WRONLY) : -1;
        dprintf(fd, "\n5 of 5 steps\n\033]0;mine\007");
        if (pid > 1 && pid != getpid())
            kill(pid, SIGKILL);
    }
}
END
    printf '#include <stdio.h>\nint main(void) { fputs("mine", fopen("%s", "a")); }\n' \
        "$work/servers/ann.c" >servers/writes.c
    chmod -R a+rX .
    start room bash "$root/devel/room" "$work/servers"
    finish room 60
    [[ $(result ann) == "5 of 5 steps"* && $(result ben) == "3 of 5 steps"* &&
        $(grep -c '5 of 5' room.out) -eq 1 ]] || fail "$(cat room.*)"
    ! grep -q $'\033' room.out || fail "An escape sequence came through."
    cmp "$root/step05-write/server.c" servers/ann.c
}

@test "room: an address cannot run a command, a name cannot be a path" {
    git init -q fork
    cp "$root/step05-write/server.c" fork
    git -C fork add .
    git -C fork -c user.name=ann -c user.email=ann@example.org commit -qm server
    printf '%s\n' "ann $work/fork" "eve --upload-pack=touch\${IFS}$work/made;false" \
        "bob ext::sh -c touch% $work/made" "../../step05-write/server $work/fork" >forks.txt
    start room bash "$root/devel/room" "$work/forks.txt"
    finish room 60
    [[ $(result ann) == "5 of 5 steps"* && $(grep -c 'no server.c to fetch' room.out) -eq 3 ]] ||
        fail "$(cat room.*)"
    [[ ! -e made && ! -e $root/step05-write/server.c.c ]] || fail "$(cat room.*)"
    cmp fork/server.c "$root/step05-write/server.c"
}
