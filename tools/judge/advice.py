"""What to do, by name: a sentence in both of the reader's languages, and code in the program's, if
there is some. {port}, {reply} and what the mistake knows are filled in."""

from words import Words

ADVICE = {}
BIND = {"python": 'server.bind(("", {port}))', "ruby": 'server = TCPServer.new("0.0.0.0", {port})',
        "go": 'net.Listen("tcp4", ":{port}")', "javascript": 'server.listen({port}, "0.0.0.0")',
        "rust": 'TcpListener::bind("0.0.0.0:{port}")?'}
SEND = {"python": 'connection.sendall(b"{reply}")', "ruby": 'client.write "{reply}"',
        "go": 'conn.Write([]byte("{reply}"))', "javascript": 'socket.end("{reply}")',
        "rust": 'stream.write_all(b"{reply}")?'}
CLOSE = {"python": "connection.close()", "ruby": "client.close", "go": "conn.Close()",
         "javascript": "socket.end()", "rust": "drop(stream);"}


def advise(name, en, ja, c="", **code):
    """Enters one piece of advice; code by the language's name, as language.py gives it."""
    ADVICE[name] = Words(en, ja), {"c": c, **code}


# --- socket, bind, listen ------------------------------------------------------------------------

advise("call-socket", "Ask for a TCP socket, and keep the descriptor that you get.",
       "TCP ソケットを作り、戻り値のディスクリプターを変数に入れます。",
       "int listening_fd = socket(AF_INET, SOCK_STREAM, 0);",
       python="server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)")
advise("two-lines", "Assign first and compare then; or put the assignment into brackets.",
       "代入と比較を 2 行に分けます。1 行で書くなら、代入を括弧で囲みます。",
       "if ((fd = {giver}(...)) == -1)")
advise("set-port", "Set the port to {port}.", "ポートを {port} にします。",
       ".sin_port = htons({port}),", **BIND)
advise("any-address", "Bind to 0.0.0.0, which means every address of this machine.",
       "0.0.0.0 にバインドします。このマシンのすべてのアドレスという意味です。",
       ".sin_addr.s_addr = htonl(INADDR_ANY),", **BIND)
advise("family", "Use AF_INET for the socket and in the structure, and pass that one's address.",
       "ソケットにも構造体にも AF_INET を使い、構造体のアドレスを渡します。", ".sin_family = AF_INET,")
advise("call-bind", "Call bind between socket and listen, with the size of the structure itself.",
       "bind を socket と listen の間で呼び、構造体そのものの大きさを渡します。",
       "bind(listening_fd, (struct sockaddr *)&address, sizeof address)", **BIND)
advise("right-descriptor", "Pass {name} the descriptor that {giver} returned.",
       "{giver} が返したディスクリプターを {name} に渡します。", "{name}(listening_fd, ...)")
advise("option", "Set SO_REUSEADDR, with the address and the size of an int that is 1.",
       "SO_REUSEADDR を指定し、値が 1 の int のアドレスと大きさを渡します。",
       "int on = 1;\nsetsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)")
advise("end-the-other",
       "End the program that has the port: pgrep -x a.out finds a forgotten step02.",
       "そのポートを使っているプログラムを終了させます。残っている step02 は pgrep -x a.out で見つかります。")
advise("bind-then-listen", "Call bind first, then listen.", "bind、listen の順に呼びます。")
advise("call-listen", "Call listen right after bind.", "bind のすぐあとに listen を呼びます。",
       "listen(listening_fd, SOMAXCONN)", python="server.listen()")
advise("stay-alive", "Keep it alive: wait at this step, loop around accept from step04 on.",
       "プログラムが終了しないように、このステップでは待ち続け、step04 からは accept を繰り返します。",
       "pause();", python="signal.pause()")
advise("get-there", "See to it that {never} is called, and that the program gets there.",
       "{never} を呼び出しているか、そこまで実行されるかを確かめます。")
advise("take-out", "Take that line out. Up to step03 pause stands at the end; from step04 on it "
       "goes, since the program waits in accept.",
       "その行を削除します。pause は、step03 まではプログラムの最後に置き、step04 からは使いません。"
       "accept の中で待つからです。")

# --- accept, write, close ------------------------------------------------------------------------

advise("accept-loop", "Call accept in a loop: it waits for the next client.",
       "ループの中で accept を呼びます。accept は次のクライアントを待ちます。",
       "for (;;) {{\n    int connected_fd = accept(listening_fd, NULL, NULL);\n    ...\n}}",
       python="while True:\n    connection, _ = server.accept()")
advise("set-anew", "Fill the set and the time limit anew before every call.",
       "select を呼ぶたびに、集合とタイムアウトを設定し直します。",
       "FD_ZERO(&set);\nFD_SET(listening_fd, &set);")
advise("by-value", "Give every thread its own copy of the descriptor.",
       "ディスクリプターは、スレッドごとに値を渡します。",
       "pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd)")
advise("close-connection", "Close what accept returned, and only that, at the end of the loop.",
       "accept が返したものだけを、ループの最後で閉じます。", "close(connected_fd);", **CLOSE)
advise("close-all", "Close all that stands for the connection: copies, in the parent too, and "
       "where something has failed. ls -l /proc/PID/fd shows what stays open.",
       "接続を指すものはすべて閉じます。複製も、親プロセスのものも、エラーのときもです。残っているものは "
       "ls -l /proc/PID/fd でわかります。", "close(connected_fd);", **CLOSE)
advise("end-child", "End the child, or the thread, after its one client.",
       "子プロセスやスレッドは、1 つのクライアントに応答したら終了させます。", "_exit(0);")
advise("wait-for-children", "Have the kernel forget children that end, or wait for each.",
       "終了した子プロセスをカーネルに片付けさせるか、wait で 1 つずつ回収します。",
       "signal(SIGCHLD, SIG_IGN);")
advise("once-before-loop", "Make the socket, bind and listen once, before the loop.",
       "socket、bind、listen はループの前に 1 回だけ呼びます。")
advise("send-reply", "Between accept and close, send exactly this text to what accept returned.",
       "accept と close の間で、accept が返したディスクリプターに、この文字列だけを送ります。",
       "write(connected_fd, reply, strlen(reply))", **SEND)
advise("flush", "Flush the buffer before the connection is closed.",
       "接続を閉じる前に、バッファーの内容を書き出します。", "fflush(stream);", python="stream.flush()")
advise("ignore-sigpipe", "Ignore SIGPIPE before the loop: then only the write fails.",
       "ループの前で SIGPIPE を無視します。失敗するのは write だけになります。",
       "signal(SIGPIPE, SIG_IGN);", python="signal.signal(signal.SIGPIPE, signal.SIG_IGN)")
advise("go-on", "Report it, close this connection, and go on to the next client.",
       "エラーを表示し、この接続を閉じて、次のクライアントに進みます。",
       'if (write(...) == -1)\n    perror("write");')
advise("minus-one", "Only -1 means failure.", "失敗を表すのは -1 だけです。", "if ({name}(...) == -1)")
advise("find-the-line", "Have the tools name the line.", "問題の行をツールで見つけます。",
       "cc -g -fsanitize=address server.c && ./a.out")
advise("step06", "make check STEP=06 judges requests and HTTP. For step05 leave both out.",
       "リクエストと HTTP は make check STEP=06 で確認できます。step05 ではどちらも使いません。")
