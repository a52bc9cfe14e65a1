#!/usr/bin/env bats
# What the releases of a system do differently: each is told by its own words here, whichever release this is.
# shellcheck disable=SC2154  # variables come from helpers
load ../../tests/helpers
load ../recording/transcript

# normal: copies a screen, as the lessons show it.
normal() {
    python3 -c 'import sys
sys.path.insert(0, sys.argv[1])
import normal
sys.stdout.write(normal.normal(sys.stdin.read()))' "$root/devel/lessons"
}

@test "releases: a wait ends, however short: bash before 5.2 may miss the alarm of read -t" {
    # shellcheck disable=SC2016,SC2317  # the inner shell expands it
    run timeout 20 bash -euo pipefail -c 'source "$1/tools/lib/all.bash"
        for i in {1..100}; do for micro in {03..12}; do nap "0.0000$micro"; done; done' - "$root"
    [[ $status -eq 0 ]] || fail "A wait has not ended: $status" "$output"
}

@test "releases: a bound socket, which a newer ss lists, is no connection to wait for" {
    start_server step02-bind
    port_can_be_bound || fail "A bound socket."
    start_server step04-accept
    start client "$root/clients/client" 127.0.0.1 8001 1
    ends_with 1 client
    stop server
    ! port_can_be_bound || fail "TIME-WAIT"
}

@test "releases: the words of every curl and ps are those of the lessons" {
    local words
    for words in ': Connection refused' " after 0 ms: Couldn't connect to server" ' after 2 ms: Could not connect to server'; do
        normal <<<"curl: (7) Failed to connect to localhost port 8001$words" >screen
        assert_file screen "curl: (7) Failed to connect to localhost port 8001 after 0 ms: Couldn't connect to server
"
    done
    normal <<<$'curl: (1) Received HTTP/0.9 when not allowed\n\n$ curl --http0.9 localhost:8001' >screen
    assert_file screen $'curl: (1) Received HTTP/0.9 when not allowed\n$ curl --http0.9 localhost:8001\n'
    normal <<<$'S+   a.out\nZ+   a.out <defunct>' >screen
    assert_file screen $'S+   a.out\nZ+   a.out\n'
}

@test "releases: strace's three ways to write epoll's data are one, curl's ways to ask too" {
    local written
    for written in '{EPOLLIN, {u32=3, u64=3}}' '{events=EPOLLIN, data={u32=3, u64=3}}' '{events=EPOLLIN, data=0x3}'; do
        portable_transcript <<<"epoll_ctl(4, EPOLL_CTL_ADD, 3, $written) = 0" >transcript
        assert_file transcript $'epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data=0x3}) = 0\n'
    done
    portable_curl <<'NEW' >transcript
socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 4
sendto(4, "GET / HTTP/1.1\r\nHost: 127.0.0.1:"..., 53, MSG_NOSIGNAL, NULL, 0) = 53
recvfrom(4, 0x550000000000, 102400, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
recvfrom(4, "HTTP/1.0 200 OK\r\nContent-Length:"..., 102400, 0, NULL, NULL) = 50
recvfrom(4, "", 1024, 0, NULL, NULL)    = 0
close(4)                                = 0
NEW
    portable_curl <<'OLD' | diff transcript -
socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5
sendto(5, "GET / HTTP/1.1\r\nHost: 127.0.0.1:"..., 53, MSG_NOSIGNAL, NULL, 0) = 53
recvfrom(5, "HTTP/1.0 200 OK\r\nContent-Length:"..., 102400, 0, NULL, NULL) = 50
close(5)                                = 0
close(3)                                = 0
OLD
    [[ $(wc -l <transcript) -eq 3 ]]
}

@test "releases: no page shows how a system loads a program" {
    ! grep -F 'ELF' "$root"/docs/mistakes*.md || fail "A page shows the loader."
}

@test "releases: a server.c with threads is linked with them, as C libraries before glibc 2.34 want it" {
    cp "$root/beyond/step08-thread/server.c" .
    # shellcheck disable=SC2016  # the compiler's own shell expands it
    printf '#!/bin/sh\ncase " $* " in *" -pthread "*) exec cc "$@" ;; esac\necho "undefined reference: pthread_create" >&2\nexit 1\n' >compiler
    chmod +x compiler
    CC=$work/compiler CHECK_STEP=01 run "$root/tools/check"
    [[ $status -eq 0 && $output == *"1 of 1 steps" ]] || fail "$output"
    mkdir tree
    cp -r "$root/tools" server.c tree
    # shellcheck disable=SC2016  # the inner shell expands it
    CC=$work/compiler run bash -euo pipefail -c 'source "$1/lib/all.bash"; source "$1/lib/own.bash"; own_program' - "$work/tree/tools"
    [[ $status -eq 0 && -x tree/a.out ]] || fail "$output"
}

@test "releases: in a terminal of no width, which Python before 3.11 passes on, trace's words stay on one line" {
    printf -v command '%q ' "$root/tools/trace" 'python3 -c "import socket; socket.socket()"'
    run script -qec "$command" /dev/null
    [[ $output == *"The server asks the kernel for a TCP socket, and gets descriptor 3."* ]] || fail "$output"
}
