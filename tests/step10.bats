#!/usr/bin/env bats
# Step 10: one thread waits for all clients at once.
load helpers
load beyond

# ja: 何も送らないクライアントが 100 個あっても、スレッドも増やさずに、ほかのクライアントに応答します。
@test "step10: a client is answered beside 100 that say nothing, which cost no thread" {
    local before
    start_server "$step"
    ask ask 1
    before=$(held)
    hold 100
    ask ask 1
    comes_to "${before%,*}, *"
}

# ja: リクエストが 1 バイトずつ届いても、その間にほかのクライアントに応答します。
@test "step10: a request may come byte by byte, and another client is answered in between" {
    start_server "$step"
    ask pieces beside
}

# ja: ファイルの途中で読むのを止めるクライアントがあってもほかに応答し、続きもすべて届きます。
@test "step10: a client stops reading amid a file, others are answered, and it gets the rest" {
    start_server "$step"
    ask slow "$big"
}

# ja: リクエストのあとに届くものも最後まで読むので、応答は失われません。
@test "step10: what comes after a request is read to its end, so that no reply is lost" {
    start_server "$step"
    ask edges
    ask linger 4
}

# ja: 何も送らないクライアントや、読むのを止めたクライアントを待つ間、サーバーは CPU を使いません。
@test "step10: while clients say nothing, or have stopped reading, the server sleeps" {
    start_server "$step"
    hold 5
    start deaf python3 tests/http_client.py stay "$big" 60 60
    wait_until 5 buffer_is_full
    find_server
    wait_until 5 sleeps || blame --expected "it sleeps" --found "it runs all the time"
}

buffer_is_full() { ss -Htn "sport = :$port" | grep -qE '^ESTAB +0 +[1-9]'; }

# sleeps: is the server asleep, ten times in a row?
sleeps() {
    for _ in {1..10}; do grep -q ') S ' "/proc/$server/stat" || return 1; done
}

# ja: 50 個のクライアントに同時に応答し、200 個のクライアントのあとにディスクリプターは残りません。
@test "step10: 50 clients at once are all answered; after 200 no descriptor is left" {
    nothing_is_left come_and_go
}
