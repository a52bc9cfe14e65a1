#!/usr/bin/env bats
# Step 6: the request is read, and answered in HTTP.
# PROGRAM='python3 mine.py' bats tests/step06.bats asks the same of a program of your own.
# shellcheck disable=SC2154  # variables come from helpers
load helpers

url=http://localhost:8001/

@test "step06: curl prints hello world; so do Python's urllib, Ruby's net/http and the shell" {
    start_server beyond/step06-read
    start curl curl -sS $url
    ends_with 0 curl
    prints curl "hello world"
    start python python3 -c "import urllib.request; print(urllib.request.urlopen('$url').read().decode(), end='')"
    start ruby ruby -r net/http -e "print Net::HTTP.get(URI('$url'))"
    start shell bash -c 'exec 3<>/dev/tcp/localhost/8001; printf "GET / HTTP/1.0\r\n\r\n" >&3; cat <&3'
    ends_with 0 python ruby shell
    prints python "hello world"
    prints ruby "hello world"
    prints shell $'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
}

@test "step06: a browser shows hello world" {
    command -v chromium >/dev/null || skip "chromium is not installed: tools/setup chromium"
    start_server beyond/step06-read
    start browser chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --dump-dom $url
    ends_with 0 browser
    grep '<pre.*>hello world</pre>' browser.out
}

@test "step06: a request may come in pieces; it has ended with its blank line" {
    start_server beyond/step06-read
    exec 4<>/dev/tcp/127.0.0.1/8001
    for piece in 'GE' 'T / HT' $'TP/1.0\r\n' $'Host: me\r\n\r'; do
        printf %s "$piece" >&4
        wait_until 5 all_is_read
    done
    printf '\n' >&4
    cat <&4 >reply
    assert_file reply $'HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world'
}

# all_is_read: has the server read all that it has been sent (Recv-Q)?
all_is_read() {
    [[ -z $(ss -Htn "sport = :8001" | awk '$2 > 0') ]]
}

@test "step06: a wrong request is answered 400, one longer than 8,192 bytes 431, and neither answer is lost" {
    start_server beyond/step06-read
    printf 'HELLO\r\n\r\n' >request
    exec 4<>/dev/tcp/127.0.0.1/8001
    cat request >&4
    cat <&4 >reply
    assert_file reply $'HTTP/1.0 400 Bad Request\r\n\r\n'

    # A megabyte: most of it is still unread when the answer is given.
    head -c 1000000 /dev/zero >request
    exec 4<>/dev/tcp/127.0.0.1/8001
    cat request >&4
    cat <&4 >reply
    assert_file reply $'HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n'
}

@test "step06: one silent client keeps everybody else waiting, until it goes" {
    start_server beyond/step06-read
    exec 4<>/dev/tcp/127.0.0.1/8001
    wait_until 5 accepted
    start curl curl -sS $url
    wait_until 5 accept_queue_holds 1
    still_runs curl
    exec 4>&-
    ends_with 0 curl
    prints curl "hello world"
}

# accepted: is there a connection, and none that waits for accept?
accepted() {
    [[ -n $(ss -Htn state established "sport = :8001") ]] && ! accept_queue_holds 1
}

@test "step06: strace shows two calls more: read, and shutdown" {
    reference_only
    [[ $(calls_added beyond/step06-read) == "read shutdown" && -z $(calls_gone beyond/step06-read) ]]
    grep -x 'read(4, "GET / HTTP/1.1.*, 8192) *= 53' "$root/beyond/step06-read/server.strace"
    grep -x 'shutdown(4, SHUT_WR) *= 0' "$root/beyond/step06-read/server.strace"
    grep 'recvfrom(5, "HTTP/1.0 200 OK.* = 50' "$root/beyond/step06-read/client.strace"
}
