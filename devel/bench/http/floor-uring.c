// floor-uring: the least that C can ask of the kernel per request, by io_uring: operations are
// handed over in memory, many at a time, and one call starts all of them and waits for the next
// that is done. One accept serves for all clients (multishot); send and close are one chain. It
// takes whatever it reads for a request, checks nothing, and closes at once: no server to copy.
//
// Read   io_uring(7) io_uring_setup(2) io_uring_enter(2)

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Headers from before Linux 5.19 lack these: whether the kernel has them, --check asks.
#ifndef IORING_SETUP_COOP_TASKRUN
#define IORING_SETUP_COOP_TASKRUN (1U << 8)
#endif
#ifndef IORING_ACCEPT_MULTISHOT
#define IORING_ACCEPT_MULTISHOT (1U << 0)
#endif
#ifndef IOSQE_CQE_SKIP_SUCCESS
#define IOSQE_CQE_SKIP_SUCCESS (1U << 6)
#endif

enum { ENTRIES = 1024, CLIENTS = 16384 };
enum { ACCEPTED, READ, SENT, CLOSED }; // what is done: the upper half of user_data

static const char reply[] = "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
static char requests[CLIENTS][512];
static struct io_uring_sqe *entries;
static struct io_uring_cqe *done;
static unsigned *submitted, *submission_mask, *slots, *taken, *completed, *completion_mask, waiting;
static int ring_fd;

// Puts an operation into the ring that the kernel reads, and returns it.
static struct io_uring_sqe *ask(int operation, int fd, const void *address, size_t length, int then)
{
    unsigned tail = *submitted, index = tail & *submission_mask;
    entries[index] = (struct io_uring_sqe){
        .opcode = (uint8_t)operation,
        .fd = fd,
        .addr = (uintptr_t)address,
        .len = (uint32_t)length,
        .user_data = (uint64_t)then << 32 | (unsigned)fd,
    };
    slots[index] = index;
    __atomic_store_n(submitted, tail + 1, __ATOMIC_RELEASE);
    waiting++;
    return &entries[index];
}

static void accept_all(int listening_fd)
{
    ask(IORING_OP_ACCEPT, listening_fd, NULL, 0, ACCEPTED)->ioprio = IORING_ACCEPT_MULTISHOT;
}

// What comes next, after what is done. Of sends and closes only those that fail are told of.
static void go_on(const struct io_uring_cqe *result, int listening_fd)
{
    int fd = (int)(uint32_t)result->user_data, what = (int)(result->user_data >> 32);
    if (what == ACCEPTED && !(result->flags & IORING_CQE_F_MORE))
        accept_all(listening_fd);
    if (what == ACCEPTED && result->res >= 0)
        ask(IORING_OP_RECV, result->res, requests[result->res % CLIENTS], 512, READ);
    if (what == READ && result->res > 0)
        ask(IORING_OP_SEND, fd, reply, sizeof reply - 1, SENT)->flags =
            IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS;
    if (what == READ || (what == CLOSED && result->res == -ECANCELED))
        ask(IORING_OP_CLOSE, fd, NULL, 0, CLOSED)->flags = IOSQE_CQE_SKIP_SUCCESS;
}

// Makes the ring, and finds its parts in memory. Returns 0 where the kernel does not allow it.
static int set_up(void)
{
    struct io_uring_params p = {.flags = IORING_SETUP_CQSIZE | IORING_SETUP_COOP_TASKRUN,
                                .cq_entries = 4 * CLIENTS};
    ring_fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &p);
    if (ring_fd == -1)
        return 0;
    size_t length = p.cq_off.cqes + p.cq_entries * sizeof *done,
           room = p.sq_off.array + p.sq_entries * sizeof *slots;
    char *ring = mmap(NULL, length > room ? length : room, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_POPULATE, ring_fd, IORING_OFF_SQ_RING);
    entries = mmap(NULL, p.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_POPULATE, ring_fd, IORING_OFF_SQES);
    submitted = (unsigned *)(ring + p.sq_off.tail);
    submission_mask = (unsigned *)(ring + p.sq_off.ring_mask);
    slots = (unsigned *)(ring + p.sq_off.array);
    taken = (unsigned *)(ring + p.cq_off.head);
    completed = (unsigned *)(ring + p.cq_off.tail);
    completion_mask = (unsigned *)(ring + p.cq_off.ring_mask);
    done = (struct io_uring_cqe *)(ring + p.cq_off.cqes);
    return ring != MAP_FAILED && entries != MAP_FAILED;
}

int main(int argc, char *argv[])
{
    if (argc > 1 && strcmp(argv[1], "--check") == 0) // is io_uring allowed here?
        return !set_up();
    int listening_fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listening_fd, (struct sockaddr *)&address, sizeof address) == -1 || !set_up()) {
        perror("floor-uring");
        return 1;
    }
    listen(listening_fd, SOMAXCONN);
    accept_all(listening_fd);
    for (;;) {
        unsigned now = waiting;
        waiting = 0;
        syscall(SYS_io_uring_enter, ring_fd, now, 1, IORING_ENTER_GETEVENTS, NULL, 0);
        unsigned head = *taken, tail = __atomic_load_n(completed, __ATOMIC_ACQUIRE);
        // No more than there is room to answer: each puts two operations at most.
        for (; head != tail && waiting < ENTRIES - 2; head++)
            go_on(&done[head & *completion_mask], listening_fd);
        __atomic_store_n(taken, head, __ATOMIC_RELEASE);
    }
}
