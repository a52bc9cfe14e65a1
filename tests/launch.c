// launch COMMAND [ARGUMENT...]: becomes COMMAND, in a way that lets the caller be sure of its end.
//
// COMMAND leads a session and process group of its own (kill -- -PID reaches all of it), takes
// Ctrl-C's SIGINT even where the shell started it in the background (a shell has those ignore it),
// has no descriptors but 0, 1 and 2, and, on Linux, is killed when the process that started it
// dies.
//
// Exit   127 if COMMAND cannot be run, else COMMAND's own status
// Read   setsid(2) signal(2) close_range(2) prctl(2) execvp(3)

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

int main(int argc, char *argv[])
{
    char **command = argv + 1;
    if (argc < 2)
        return 2;
#ifdef __linux__
    // First: what follows may take its time under strace.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (setsid() == -1) {
        perror("launch: setsid");
        return 127;
    }
    const int defaulted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof defaulted / sizeof defaulted[0]; i++)
        signal(defaulted[i], SIG_DFL);
#ifdef SYS_close_range
    // One call in place of many: strace looks at each.
    if (syscall(SYS_close_range, 3U, ~0U, 0U) == -1)
#endif
        for (int fd = 3; fd < 256; fd++)
            close(fd);
    execvp(command[0], command);
    fprintf(stderr, "launch: %s: %s\n", command[0], strerror(errno));
    return 127;
}
