// launch [--here] COMMAND [ARGUMENT...]: becomes COMMAND, in a way that lets the caller be sure
// of its end.
//
// COMMAND leads a session and process group of its own (kill -- -PID reaches all of it), takes
// Ctrl-C's SIGINT even where the shell started it in the background (a shell has those ignore it),
// has no descriptors but 0, 1 and 2, and, on Linux, is killed when the process that started it
// dies. With --here it stays in the terminal's session, and gets SIGTERM then.
//
// Exit   127 if COMMAND cannot be run, else COMMAND's own status
// Read   setsid(2) signal(2) prctl(2) execvp(3)

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

int main(int argc, char *argv[])
{
    int here = argc > 1 && strcmp(argv[1], "--here") == 0;
    char **command = argv + 1 + here;
#ifdef __linux__
    // First: what follows may take its time under strace.
    prctl(PR_SET_PDEATHSIG, here ? SIGTERM : SIGKILL);
#endif
    if (*command == NULL) {
        fputs("usage: launch [--here] COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (!here && setsid() == -1) {
        perror("launch: setsid");
        return 127;
    }
    const int defaulted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof defaulted / sizeof defaulted[0]; i++)
        signal(defaulted[i], SIG_DFL);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    execvp(command[0], command);
    fprintf(stderr, "launch: %s: %s\n", command[0], strerror(errno));
    return 127;
}
