# transcript.bash: makes constant what differs from machine to machine.
# shellcheck shell=bash

# portable_transcript [-i FILE...]: copies a transcript, or changes those files, with what differs from one kind of
# machine to another made constant: aarch64 has no pause, musl writes with writev, SOMAXCONN varies, strace writes
# epoll's data in three ways; and what a C library does of its own accord around a fork or a thread is left out.
portable_transcript() {
    sed -E \
        -e 's/^ppoll\(NULL, 0, NULL, NULL, 0\) */pause()                                 /' \
        -e 's/^listen\(3, [0-9]+\) */listen(3, 4096)                         /' \
        -e 's/\{(events=)?(EPOLL[A-Z|]+), (data=)?\{u32=([0-9]), u64=\4\}\}/{events=\2, data=0x\4}/g' \
        -e 's/SA_RESTORER\|//; s/, sa_restorer=0x[0-9a-f]+//' \
        -e 's/^clone3?\(.*\) = /clone() = /; s/^(\[pid [0-9]+\] [a-z_]+\(.*\)) += /\1 = /' \
        -e '/^(\[pid [0-9]+\] )?(rseq|set_robust_list|rt_sigprocmask|madvise|mmap|munmap|mprotect|getrandom|brk)\(/d' \
        -e '/^rt_sigaction\(SIGRT/d' "$@"
}

# portable_curl [-i FILE...]: the same of a transcript of curl: some versions ask without waiting, read on to the end,
# or have more descriptors open. Whom it connects to, what it sends and what it gets is the same in all.
portable_curl() {
    sed -E \
        -e 's/^(socket\(AF_INET, SOCK_STREAM)(\|SOCK_NONBLOCK)?, IPPROTO_(IP|TCP)\) *= [0-9]+/\1, IPPROTO_TCP) = 5/' \
        -e 's/^(connect|sendto|recvfrom)\([0-9]+,/\1(5,/' \
        -e '/^recvfrom\(.* = (-1 EAGAIN .*|0)$/d; /^close\(/d' "$@"
}
