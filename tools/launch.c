// launch [--here] COMMAND [ARGUMENT...]: becomes COMMAND, in a way that lets the caller be sure
// of its end.
//
// COMMAND leads a session and process group of its own (kill -- -PID reaches all of it), takes
// Ctrl-C's SIGINT even where the shell started it in the background (a shell has those ignore it),
// has no descriptors but 0, 1 and 2, and, on Linux, is killed when the process that started it
// dies. With --here it stays in the terminal's session, gets SIGTERM then, and SIGHUP when the
// terminal is closed: the kernel tells that to the session's leader only, which may be make.
//
// Exit   127 if COMMAND cannot be run, else COMMAND's own status
// Read   setsid(2) signal(2) close_range(2) prctl(2) execvp(3)

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifdef __linux__
// A child that waits for the end of the terminal, or of its parent.
static void watch_terminal(void)
{
    int terminal = STDERR_FILENO;
    while (terminal >= 0 && !isatty(terminal))
        terminal--;
    pid_t parent = getpid();
    if (terminal < 0 || fork() != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    struct pollfd closed = {.fd = terminal};
    while (poll(&closed, 1, -1) == -1)
        ;
    kill(parent, SIGHUP);
    _exit(0);
}
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
#ifdef SYS_close_range
    // One call in place of many: strace looks at each.
    if (syscall(SYS_close_range, 3U, ~0U, 0U) == -1)
#endif
        for (int fd = 3; fd < 256; fd++)
            close(fd);
#ifdef __linux__
    if (here)
        watch_terminal();
#endif
    execvp(command[0], command);
    fprintf(stderr, "launch: %s: %s\n", command[0], strerror(errno));
    return 127;
}
