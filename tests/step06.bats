#!/usr/bin/env bats
# Step 6: the request is read, and answered in HTTP.
load helpers
load beyond

# ja: curl、Python、Ruby のどれでリクエストしても hello world が返ります。
@test "step06: curl, Python and Ruby are told hello world" {
    local url=http://localhost:8001/
    start_server "$step"
    start curl curl -sS $url
    start python python3 -c "import urllib.request as u; print(u.urlopen('$url').read())"
    start ruby ruby -r net/http -e "puts Net::HTTP.get(URI('$url'))"
    ends_with 0 curl python ruby
    [[ $(grep -c 'hello world' {curl,python,ruby}.out) != *:0* ]] ||
        blame --expected "hello world" --found "$(cat {curl,python,ruby}.out)"
}

# ja: リクエストは 1 バイトずつ届いてもよく、空行で終わります。
@test "step06: a request may come byte by byte, and ends with its blank line" {
    start_server "$step"
    ask pieces
}

# ja: 8,192 バイトまで応答し、長すぎれば 431、HTTP でなければ 400 です。応答は失われません。
@test "step06: 8,192 bytes are answered, more get 431, no GET gets 400, and no reply is lost" {
    start_server "$step"
    ask edges
}

# ja: 途中で切断するクライアントがあっても次に応答し、ディスクリプターは残りません。
@test "step06: clients that leave, or break the connection, end nothing and leave nothing open" {
    nothing_is_left rude
}

# ja: 応答を受け取っても閉じないクライアントがあると、次のクライアントは待ちますが、4 秒以内です。
@test "step06: after a client that does not close, the next is answered within four seconds" {
    start_server "$step"
    ask linger 4
}
