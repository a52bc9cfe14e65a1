"""What to do, by name: a sentence in both of the reader's languages, and code in the program's, where
there is some. {port}, {reply} and what the mistake knows are filled in."""

from words import Words

ADVICE = {}

# What several pieces of advice come to.
BIND = {"python": 'server.bind(("", {port}))', "ruby": 'server = TCPServer.new("0.0.0.0", {port})',
        "go": 'net.Listen("tcp4", ":{port}")', "javascript": 'server.listen({port}, "0.0.0.0")',
        "rust": 'TcpListener::bind("0.0.0.0:{port}")?'}
SEND = {"python": 'connection.sendall(b"{reply}")', "ruby": 'client.write "{reply}"',
        "go": 'conn.Write([]byte("{reply}"))', "javascript": 'socket.end("{reply}")',
        "rust": 'stream.write_all(b"{reply}")?'}
CLOSE = {"c": "close(connected_fd);", "python": "connection.close()", "ruby": "client.close",
         "go": "conn.Close()", "javascript": "socket.end()", "rust": "drop(stream);"}
ACCEPT = {"c": "int connected_fd = accept(listening_fd, NULL, NULL);",
          "python": "connection, _ = server.accept()", "ruby": "client = server.accept",
          "go": "conn, err := listener.Accept()", "rust": "let (stream, _) = listener.accept()?;"}


def advise(name, en, ja, c="", **code):
    """Enters one piece of advice; code by the language's name, as language.py gives it."""
    ADVICE[name] = Words(en, ja), {**code, **({"c": c} if c else {})}


# --- socket, bind, listen ------------------------------------------------------------------------

advise("call-socket", "Ask for a TCP socket, and keep the descriptor that you get.",
       "TCP ソケットを作り、戻り値のディスクリプターを変数に入れます。",
       "int listening_fd = socket(AF_INET, SOCK_STREAM, 0);",
       python="server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
       ruby="server = Socket.new(:INET, :STREAM)")
advise("two-lines", "Assign first and compare then, in two lines; or put the assignment into brackets.",
       "代入と比較を 2 行に分けます。1 行で書くなら、代入をかっこで囲みます。",
       "if ((fd = {giver}(...)) == -1)")
advise("set-port", "Set the port to {port}.", "ポートを {port} にします。",
       ".sin_port = htons({port}),", **BIND)
advise("any-address", "Bind to 0.0.0.0, which means every address of this machine.",
       "0.0.0.0 にバインドします。このマシンのすべてのアドレスという意味です。",
       ".sin_addr.s_addr = htonl(INADDR_ANY),", **BIND)
advise("set-family", "Set the family, and pass the address of the structure.",
       "ファミリーを設定し、構造体のアドレスを渡します。",
       "struct sockaddr_in address = {{.sin_family = AF_INET, .sin_port = htons({port})}};")
advise("address-size", "Pass the size of the structure itself, not of a pointer to it.",
       "ポインターではなく、構造体の大きさを渡します。",
       "bind(listening_fd, (struct sockaddr *)&address, sizeof address)")
advise("match-family", "Use an IPv4 socket with an IPv4 address, or IPv6 for both.",
       "ソケットとアドレスのファミリーを、IPv4 か IPv6 のどちらかにそろえます。",
       "socket(AF_INET, SOCK_STREAM, 0)")
advise("call-bind", "Call bind after socket and before listen.",
       "bind を、socket のあと、listen の前に呼びます。",
       "bind(listening_fd, (struct sockaddr *)&address, sizeof address)", **BIND)
advise("in-order", "The order is socket, bind, listen.", "順番は socket、bind、listen です。")
advise("right-descriptor", "Pass {name} the descriptor that {giver} returned.",
       "{giver} が返したディスクリプターを {name} に渡します。", "{name}({variable}, ...)")
advise("option", "Set SO_REUSEADDR, with the address and the size of an int that is 1.",
       "SO_REUSEADDR を指定し、値が 1 の int のアドレスと大きさを渡します。",
       "int on = 1;\nsetsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)")
advise("end-the-other",
       "End the program that has the port: look for it with ss -tanp 'sport = :{port}', or with "
       "pgrep -x a.out, should it be a step02.",
       "そのポートを使っているプログラムを終了させます。ss -tanp 'sport = :{port}' か、step02 であれば "
       "pgrep -x a.out で見つかります。")
advise("call-listen", "Call listen right after bind, with nothing to wait for in between.",
       "bind のすぐあとに、途中で何も待たずに listen を呼びます。",
       "listen(listening_fd, SOMAXCONN)", python="server.listen()",
       ruby="server.listen(Socket::SOMAXCONN)", javascript='server.listen({port}, "0.0.0.0")')
advise("stay-alive", "Keep it alive: wait at this step, loop around accept from step04 on.",
       "プログラムが終了しないようにします。このステップでは待ち続け、step04 からは accept を"
       "ループの中で呼びます。",
       "pause();", python="signal.pause()", ruby="sleep", go="select {{}}")
advise("leave-open", "Leave the listening socket open for as long as the server runs.",
       "サーバーが動いている間、接続待ちソケットは開いたままにします。")
advise("both-families", "Take IPv4 clients as well, or use an IPv4 socket.",
       "IPv4 のクライアントも受け付けるようにするか、IPv4 のソケットを使います。",
       "socket(AF_INET, SOCK_STREAM, 0)", **BIND)

# --- accept, write, close ------------------------------------------------------------------------

advise("no-sleep", "Take the waiting away: accept waits by itself, and what one client waits for, all do.",
       "待つ処理を取り除きます。待つのは accept の役目です。1 つのクライアントのために待つと、"
       "ほかのクライアントもすべて待たされます。")
advise("accept-loop", "Call accept in a loop: it waits for the next client.",
       "ループの中で accept を呼びます。accept は次のクライアントを待ちます。",
       "for (;;) {{\n    int connected_fd = accept(listening_fd, NULL, NULL);\n    ...\n}}",
       python="while True:\n    connection, _ = server.accept()",
       ruby="loop do\n  client = server.accept\n  ...\nend",
       go="for {{\n\tconn, err := listener.Accept()\n\t...\n}}",
       javascript='server.on("connection", serve)', rust="for stream in listener.incoming() {{ ... }}")
advise("set-length", "Set the length before every call, or do without the client's address.",
       "長さは accept のたびに設定します。クライアントのアドレスが不要なら、両方とも NULL にします。",
       "socklen_t length = sizeof peer;")
advise("wait-first", "Wait until a client is there before accept, or leave the socket blocking.",
       "accept の前にクライアントが来るのを待つか、ソケットをブロッキングのままにします。",
       "poll(&listening, 1, -1)", python="server.setblocking(True)", ruby="server.accept")
advise("until-eagain", "Call accept until it fails with EAGAIN: EPOLLET tells only once.",
       "EAGAIN で失敗するまで accept を繰り返します。EPOLLET の通知は 1 回だけです。",
       "while ((fd = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1)")
advise("set-anew", "Fill the set and the time limit anew before every call.",
       "select を呼ぶたびに、集合とタイムアウトを設定し直します。",
       "fd_set set;\nFD_ZERO(&set);\nFD_SET(listening_fd, &set);")
advise("by-value", "Give every thread its own copy of the descriptor.",
       "ディスクリプターは、スレッドごとに値を渡します。",
       "pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd)")
advise("close-connection", "Close the connection after the reply, at the end of the loop's body.",
       "応答のあと、ループの本体の最後で接続を閉じます。", **CLOSE)
advise("close-accepted", "Close what accept returned, and leave the listening socket open.",
       "accept が返したほうを閉じ、接続待ちソケットは開いたままにします。", **CLOSE)
advise("close-copies", "Close every descriptor that stands for the connection.",
       "この接続を指すディスクリプターをすべて閉じます。", "close({open});")
advise("close-in-parent", "Close the connection in the parent as well as in the child.",
       "接続は、子プロセスだけでなく親プロセスでも閉じます。",
       "close(connected_fd);", python="connection.close()", ruby="client.close")
advise("close-all", "Close what was opened for a client on every way, also where something has failed. "
       "ls -l /proc/PID/fd shows what stays open.",
       "クライアントのために開いたものは、エラーのときも含めて必ず閉じます。残っているものは "
       "ls -l /proc/PID/fd でわかります。", **{**CLOSE, "go": "defer conn.Close()"})
advise("end-child", "End the child, or the thread, after its one client.",
       "子プロセスやスレッドは、1 つのクライアントに応答したら終了させます。",
       "_exit(0);", python="os._exit(0)", ruby="exit!")
advise("wait-for-children", "Have the kernel forget children that end, or wait for each.",
       "終了した子プロセスをカーネルに片付けさせるか、wait で 1 つずつ回収します。",
       "signal(SIGCHLD, SIG_IGN);", python="signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
       ruby='trap("CHLD", "IGNORE")')
advise("once-before-loop",
       "Make the socket, bind and listen once, before the loop; accept, write and close belong into it.",
       "socket、bind、listen はループの前に 1 回だけ、accept、write、close はループの中に書きます。")
advise("send-reply", "Send the text, and nothing else, between accept and close.",
       "accept と close の間で、この文字列だけを送ります。",
       'write(connected_fd, "{reply}", {count})', **SEND)
advise("text-length", "Send as many bytes as the text has.",
       "文字列の長さと同じバイト数だけ送ります。", "write(connected_fd, reply, strlen(reply))", **SEND)
advise("write-to-accepted", "Write to what accept returned.",
       "accept が返したディスクリプターに書き込みます。", "write(connected_fd, ...)", **SEND)
advise("write-first", "First write, then close, both with what accept returned.",
       "先に書き込み、そのあと閉じます。どちらにも accept が返したものを使います。",
       "write(connected_fd, ...);\nclose(connected_fd);", **SEND)
advise("flush", "Flush the buffer before the connection is closed.",
       "接続を閉じる前に、バッファーの内容を書き出します。", "fflush(stream);", python="stream.flush()")
advise("ignore-sigpipe", "Ignore SIGPIPE before the loop. Then the write fails, which concerns this one "
       "client only.",
       "ループの前で SIGPIPE を無視します。すると write が失敗し、影響はそのクライアントだけで済みます。",
       "signal(SIGPIPE, SIG_IGN);", python="signal.signal(signal.SIGPIPE, signal.SIG_IGN)",
       ruby='trap("PIPE", "IGNORE")', go="signal.Ignore(syscall.SIGPIPE)")
advise("go-on", "Report it, close this connection, and go on to the next client.",
       "エラーを表示し、この接続を閉じて、次のクライアントに進みます。",
       'if (write(...) == -1)\n    perror("write");',
       python="try:\n    ...\nexcept OSError as error:\n    print(error)",
       ruby="rescue SystemCallError => error", javascript='socket.on("error", console.error)')
advise("one-accept", "One accept for each turn of the loop, and what it returns kept in a variable.",
       "ループ 1 回につき accept は 1 回だけにし、戻り値を変数に入れます。", **ACCEPT)
advise("minus-one", "Only -1 means failure.", "失敗を表すのは -1 だけです。",
       'if ({name}(...) == -1) {{\n    perror("{name}");\n    ...\n}}')
advise("find-the-line", "Have the tools name the line.", "問題の行をツールで見つけます。",
       "cc -g -fsanitize=address server.c && ./a.out")
advise("read-its-words", "Read what it says at its end.", "終了するときに表示されたメッセージを読みます。")
advise("print-once", "Print once, or once for each client, and wait in accept for the next one.",
       "表示は 1 回だけ、またはクライアントごとに 1 回にし、accept で次のクライアントを待ちます。")
advise("no-linger", "Leave SO_LINGER out: close sends what is left, and then the end.",
       "SO_LINGER は使いません。close は残りのデータを送り、そのあと接続を閉じます。")
advise("step06", "Requests and HTTP are step06: make check STEP=06 judges that, and "
       "beyond/step06-read/README.md tells of it. For step05 leave both out.",
       "リクエストと HTTP は step06 の内容です。make check STEP=06 で確認でき、説明は "
       "beyond/step06-read/README.ja.md にあります。step05 ではどちらも使いません。")
