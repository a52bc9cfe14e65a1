#!/usr/bin/env bats
# Step 7: the path names a file in beyond/public/.
load helpers
load beyond

# ja: パスは beyond/public/ のファイルを指し、/ は index.html です。4 種類の Content-Type が付きます。
@test "step07: a path is a file in beyond/public/, / is index.html, and each has its type" {
    start_server "$step"
    ask file "200 text/html" "" index.html
    ask file "200 text/css" style.css
    ask file "200 image/png" picture.png
    ask file "200 text/plain" hello.txt
}

# ja: ないファイル、ディレクトリ、長すぎる名前、public の外に出るパスやリンクには 404 を返します。
@test "step07: 404 for what is not there, a folder, a long name, and what leads out of public" {
    start_server "$step"
    ask file 404 nothing . .. ../../../etc/passwd //etc/passwd %2e%2e/%2e%2e/%2e%2e/etc/passwd \
        ..%2f..%2f..%2fetc%2fpasswd index.html/../../../../etc/passwd "$link" \
        "$(printf %05000d 0)"
}

# ja: 9 MB のファイルもすべて、正しい順序で届きます。
@test "step07: nine million bytes arrive, all of them and in order" {
    start_server "$step"
    ask file "200 text/plain" "$big"
}

# ja: ファイルの途中で切断するクライアントがあっても次に応答し、ディスクリプターは残りません。
@test "step07: clients that leave amid a file end nothing, and leave nothing open" {
    nothing_is_left leave_early
}

leave_early() {
    curl -sS "localhost:8001/$big?[1-3]" 2>errors | head -c 10000 >part
    rude
    ask file 404 nothing ..
}
