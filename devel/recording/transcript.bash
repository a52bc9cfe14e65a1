# transcript.bash: makes constant what differs from run to run and from machine to machine.
# shellcheck shell=bash

# stable_transcript: copies strace's output from the program's first own call (socket) on, with
# what differs from run to run (process and user ids, addresses in memory) made constant.
stable_transcript() {
    sed -n -e '/^socket(/,$p' |
        sed -E -e 's/si_pid=[0-9]+, si_uid=[0-9]+/si_pid=4242, si_uid=1000/' \
            -e 's/read\(3, 0x[0-9a-f]+/read(3, 0x550000000000/' \
            -e 's/sa_restorer=0x[0-9a-f]+/sa_restorer=0x7f0000000000/'
}

# portable_transcript: copies such a transcript, with what differs from one kind of machine to another
# made constant as well: aarch64 has no pause, musl writes with writev, SOMAXCONN varies.
portable_transcript() {
    sed -E \
        -e 's/^ppoll\(NULL, 0, NULL, NULL, 0\) */pause()                                 /' \
        -e 's/^listen\(3, [0-9]+\) */listen(3, 4096)                         /' \
        -e 's/SA_RESTORER\|//; s/, sa_restorer=0x[0-9a-f]+//'
}
