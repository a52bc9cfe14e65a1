// rows ROW...: the C client, once for each ROW of arguments, in a child process of its own: what
// watches a program (valgrind, a sanitizer) takes long to begin, and no time at a fork. Linked with
// -Wl,--wrap=main, which begins here, and calls the client's own main __real_main.
//
// Out    what the clients print, and behind each: row STATUS PID ROW
// Read   fork(2) waitpid(2) ld(1)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
int __real_main(int argc, char *argv[]);
int __wrap_main(int argc, char *argv[]);
// NOLINTEND(bugprone-reserved-identifier)

static int client_with(char *row)
{
    char *arguments[8] = {"client", strtok(row, " ")};
    int count = 1;
    while (count < 7 && arguments[count] != NULL)
        arguments[++count] = strtok(NULL, " ");
    return __real_main(count, arguments);
}

int __wrap_main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            exit(client_with(argv[i]));
        waitpid(child, &status, 0);
        status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        printf("row %d %d %s\n", status, child, argv[i]);
        fflush(stdout);
    }
    return 0;
}
