#!/usr/bin/env bats
# make trace: the reader's own program under strace, live, each line with a word on what it means.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

# traced COMMAND...: starts tools/trace on it, and waits until its server listens.
traced() {
    start trace "$@"
    wait_until 20 listening || fail "It does not listen:" "$(cat "$work"/trace.*)"
}

# interrupted: ends it by Ctrl-C; nothing of the server is left.
interrupted() {
    kill -INT -- "-${pids[trace]}"
    ends_with 0 trace
    [[ $(grep -c '^+++ killed by SIGINT' trace.out) -eq 1 ]] || fail "$(cat trace.out)"
    ! listening || fail "The server has outlived it."
}

@test "trace: each line from the first own call on, with its meaning; the program's own lines too" {
    traced tools/trace "$built/step05-write"
    "$root/clients/client" 127.0.0.1 8001 1 >/dev/null
    wait_until 10 grep -q 'close(4)' trace.out || fail "$(cat trace.out)"
    wait_until 10 has_line trace.out "accept(3, NULL, NULL ..."
    interrupted
    [[ $(head -n 2 trace.out) == "$built/step05-write "*$'\nsocket(AF_INET, SOCK_STREAM'* ]] ||
        fail "$(cat trace.out)"
    grep -A 1 '^write(4' trace.out | grep -q '^    write returns 11: ' || fail "$(cat trace.out)"
    [[ $(grep -c '^    ' trace.out) -ge 11 ]] || fail "$(cat trace.out)"
    ! grep $'\033' trace.out || fail "It is coloured."
    has_line trace.err 'Server is listening on 0.0.0.0:8001'
}

@test "trace: in Japanese, and for a Python server with a thread; its end is not told in full" {
    cat >mine.py <<'END'
import os, socket, threading
server = socket.create_server(("", 8001))
socket.socket(type=socket.SOCK_DGRAM).bind(("127.0.0.1", 0)) # no socket of TCP's: no word on it
threading.Thread(target=server.accept, daemon=True).start()
try:
    server.accept()
finally:
    os.system("true") # a new process after Ctrl-C
END
    traced env WORKSHOP_LANG=ja tools/trace "python3 $work/mine.py"
    wait_until 10 grep -q '^accept4(3,  ...$' trace.out || fail "$(cat trace.out)"
    interrupted
    grep -q '^    サーバーがソケットにアドレスを割り当て' trace.out || fail "$(cat trace.out)"
    ! grep -Eq 'Traceback|execve' trace.out || fail "$(cat trace.out)"
}

@test "trace: signals, epoll, a thread, and what errors mean; a runtime's calls are left out" {
    cat >mine.py <<'END'
import select, signal, socket, threading, time
server = socket.socket()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGUSR1, print)
watched = select.epoll()
watched.register(server)
time.sleep(0.001)
thread = threading.Thread(target=time.sleep, args=(0.01,))
thread.start()
thread.join()
server.send(b"<h1>Step 5</h1>")
END
    run bash "$root/tools/trace" "python3 $work/mine.py"
    for expected in "ignores SIGCHLD from now on: the kernel" "whenever SIGUSR1 comes" \
        "changes what the kernel watches" "starts a thread" "thread ends. Its process lives on" \
        '"<h1>Step 5</h1>", 15' "EPIPE. Most likely: the client has gone"; do
        [[ $output == *"$expected"* ]] || fail "Expected: $expected" "$output"
    done
    [[ ! $output =~ futex|nanosleep|mmap ]] || fail "$output"
}

@test "trace: a program without a socket: one line" {
    run bash "$root/tools/trace" true
    answers 0 $'true\n    The program has ended,*no socket.'
}
