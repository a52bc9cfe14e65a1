"""What is agreed on about the lessons: their sections, what tells too early, what their code's comments say in
Japanese, and the words in code type that nothing here contains."""

import beyond_tables

SECTIONS = {
    "en": ["Predict", "Write", "Watch your own", "What happened", "Break it", "Where you meet it", "Summary"],
    "ja": ["予想する", "書く", "自分のサーバーを観察する", "何が起きたか", "壊してみる", "Web 開発で出会う場面", "まとめ"],
}

# What the steps' predictions ask for: nothing of it may be told before (regular expressions, both languages).
TELLING = {
    "step01": ["refused", "ECONNREFUSED", "拒否"],
    "step02": ["refused", "ECONNREFUSED", "拒否", "shows? nothing", "何も表示され"],
    "step03": ["ESTAB", r"\bqueue", "handshake", "キュー", "ハンドシェイク", "確立"],
    "step04": ["closed without", r"\bEOF\b", "end of file", "TIME-WAIT", "ファイルの終わり"],
    "step05": ["buffer", "SIGPIPE", "EPIPE", "Broken pipe", "バッファ"],
    **beyond_tables.TELLING,
}

OPENING = 8  # minutes before step01: the setup, and what this is about
ROOM = 90

COMMENTS = {
    "A program asks the kernel for a TCP socket, and holds it.": "カーネルに TCP ソケットを作ってもらい、開いたままにします。",
    "The socket gets an address: port 8001 of this machine.": "ソケットにアドレスを割り当てます。このマシンのポート 8001 です。",
    "The socket listens: from now on the kernel answers whoever connects.": "接続を待つソケットにします。以後、接続要求にはカーネルが応答します。",
    "Each connection is taken from the queue, and closed at once.": "接続をキューからひとつずつ取り出し、すぐに閉じます。",
    'Each client is told "hello world", and its connection closed.': "どのクライアントにも hello world と応答し、接続を閉じます。",
    "stay alive: when a program ends, the kernel closes its sockets": "終了しないように待つ。終了すると、ソケットはカーネルが閉じる",
    "host to network: most significant byte first": "ネットワークバイトオーダー（最上位バイトが先頭）に変換する",
    "0.0.0.0: every address that this machine has": "0.0.0.0、つまりこのマシンのすべてのアドレス",
    "The cast: bind takes the address of any family, and each has a struct of its own.":
        "キャストするのは、アドレスファミリーごとに構造体が違い、bind がそのどれでも受け取るため。",
    "Without this, bind fails for a minute after this port has served somebody.":
        "これがないと、このポートで接続を閉じてから 1 分間、bind が失敗する。",
    "no descriptor free, say: trying again at once would fail again":
        "たとえばディスクリプターの空きがないとき。すぐに再試行しても、また失敗する",
    "else a write to a client that has gone would end the server":
        "これがないと、いなくなったクライアントに書き込んだとき、サーバーが終了する",
    **beyond_tables.COMMENTS,
}

# What pages set in code type although no program, transcript or screen here contains it.
WORDS = [line.strip() for line in """
    ____
    fd = accept(...) < 0
    Content-Length
    [1]+  Stopped
    fg
    502 Bad Gateway
    504 Gateway Time-out
    connect() failed (111: Connection refused)
    upstream timed out (110: Connection timed out) while connecting to upstream
    man 3 htons
    while reading response header from upstream
    export WORKSHOP_LANG=ja
    TCPServer
    http.server
    forks.txt
    htons(80)
    OSError: [Errno 98] Address already in use
    BrokenPipeError: [Errno 32] Broken pipe
    ERR_INVALID_HTTP_RESPONSE
    /proc/sys/net/core/somaxconn
    cat /proc/sys/kernel/yama/ptrace_scope
    HOST PORT COUNT INTERVAL
    execve
    http://localhost:8001/
    accept4
    sendto
    No rule to make target
    man -L ja 2 bind
    clients/client 127.0.0.1 8001 2
    servers
    man 3 errno
    /proc/PID/fd
    ss -ltnp 'sport = :8001'
    sudo strace ./a.out
    git diff
    export LC_ALL=C.UTF-8 LANGUAGE=
    -e inject=write:error=EPIPE:when=2
    shutdown(fd, SHUT_WR)
""".strip().split("\n")]
