"""What to do, by name: a sentence in both of the reader's languages, and the code for it in the program's.

Where a program's language has no code here, the sentence has to do. {port}, {reply} and the facts of the
mistake are filled in.
"""

from words import Words

LANGUAGES = ("c", "python", "ruby", "go", "javascript", "rust")
ADVICE = {}

# What several pieces of advice come to.
BIND = dict(python='server.bind(("", {port}))', ruby='server.bind(Addrinfo.tcp("0.0.0.0", {port}))',
            go='net.Listen("tcp4", ":{port}")', javascript='server.listen({port}, "0.0.0.0")',
            rust='TcpListener::bind("0.0.0.0:{port}")?')
SEND = dict(python='connection.sendall(b"{reply}")', ruby='client.write "{reply}"', go='conn.Write([]byte("{reply}"))',
            javascript='socket.end("{reply}")', rust='stream.write_all(b"{reply}")?')
CLOSE = dict(c="close(connected_fd);", python="connection.close()", ruby="client.close", go="conn.Close()",
             javascript="socket.end()", rust="drop(stream);")


def advise(name, en, ja, **code):
    """Enters one piece of advice; code by the language's name, or c="..." and the like."""
    ADVICE[name] = Words(en, ja), code


# --- socket, bind, listen ------------------------------------------------------------------------

advise("call-socket", "Ask for a TCP socket, and keep the descriptor that you get.",
       "TCP ソケットを作り、返ってきたディスクリプターを変数に取っておきます。",
       c="int listening_fd = socket(AF_INET, SOCK_STREAM, 0);",
       python="server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
       ruby="server = Socket.new(:INET, :STREAM)", go='listener, err := net.Listen("tcp4", ":{port}")',
       javascript="const server = net.createServer(serve)",
       rust='let listener = TcpListener::bind("0.0.0.0:{port}")?;')
advise("two-lines", "Assign first and compare then, in two lines; or put the assignment into brackets.",
       "代入と比較を 2 行に分けます。1 行で書くなら、代入をかっこで囲みます。",
       c="if ((fd = {giver}(...)) == -1)")
advise("set-port", "Set the port to {port}.",
       "ポートを {port} にします。",
       c=".sin_port = htons({port})", **BIND)
advise("any-address", "Bind to 0.0.0.0, which means every address of this machine.",
       "0.0.0.0 を割り当てます。このマシンのすべてのアドレスという意味です。",
       c=".sin_addr.s_addr = htonl(INADDR_ANY)", **{**BIND, "ruby": 'TCPServer.new("0.0.0.0", {port})'})
advise("fill-address", "First clear the structure, then set its family, port and address, then call bind.",
       "構造体は、まず 0 で初期化し、ファミリー、ポート、アドレスを設定してから bind に渡します。",
       c="struct sockaddr_in address = {{.sin_family = AF_INET, .sin_port = htons({port})}};")
advise("set-family", "Set the family, and pass the address of the structure.",
       "ファミリーを設定し、構造体のアドレスを渡します。",
       c=".sin_family = AF_INET")
advise("address-size", "Pass the size of the structure itself, not of a pointer to it.",
       "ポインターではなく、構造体そのものの大きさを渡します。",
       c="bind(fd, (struct sockaddr *)&address, sizeof address)")
advise("match-family", "The socket and its address have to be of one family.",
       "ソケットとアドレスのファミリーをそろえます。",
       c="socket(AF_INET, SOCK_STREAM, 0)")
advise("call-bind", "Call bind after socket and before listen, with port {port}.",
       "socket のあと、listen の前に、ポート {port} を指定して bind を呼びます。",
       c="bind(fd, (struct sockaddr *)&address, sizeof address)", **BIND)
advise("in-order", "The order is socket, bind, listen.",
       "順番は socket、bind、listen です。")
advise("one-socket", "Make one socket, and pass the same descriptor to every call.",
       "ソケットは 1 つだけ作り、どのシステムコールにも同じディスクリプターを渡します。")
advise("right-descriptor", "Pass {name} the descriptor that {giver} returned.",
       "{giver} が返したディスクリプターを {name} に渡します。",
       c="{name}({variable}, ...)")
advise("check-results", "Check the result of every call, and stop where one fails.",
       "どのシステムコールも戻り値を確かめ、失敗したら終了します。",
       c='if ({name}(...) == -1) {{ perror("{name}"); return 1; }}')
advise("end-the-other",
       "End the program that has the port. ss names it, a new ss even if it is only bound; pgrep -x a.out finds a "
       "step02.",
       "そのポートを使っているプログラムを終了させます。ss で見つかります (新しい ss は接続待ちでないソケットも表示します)。"
       "step02 は pgrep -x a.out で見つかります。",
       **dict.fromkeys(LANGUAGES, "ss -tanp 'sport = :{port}'"))
advise("call-listen", "Call listen right after bind, with nothing to wait for in between.",
       "bind のすぐあとに、途中で何も待たずに listen を呼びます。",
       c="listen(listening_fd, SOMAXCONN)", python="server.listen()", ruby="server.listen(Socket::SOMAXCONN)",
       javascript='server.listen({port}, "0.0.0.0")')
advise("descriptor-first", "The descriptor comes first.",
       "ディスクリプターが 1 番目の引数です。",
       c="listen(listening_fd, SOMAXCONN)")
advise("stay-alive", "Keep it alive: wait at this step, loop around accept from step04 on.",
       "プログラムが終了しないようにします。このステップでは待ち続け、step04 からは accept のループを回します。",
       c="pause();", python="signal.pause()", ruby="sleep", go="select {{}}", rust="std::thread::park();",
       javascript="server.ref()")
advise("leave-open", "Leave the listening socket open for as long as the server runs.",
       "サーバーが動いている間、接続待ちソケットは開いたままにします。")
advise("both-families", "Take IPv4 clients as well, or use an IPv4 socket.",
       "IPv4 のクライアントも受け付けるようにするか、IPv4 のソケットを使います。",
       c="socket(AF_INET, SOCK_STREAM, 0)", python="socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
       javascript='server.listen({port}, "0.0.0.0")', go='net.Listen("tcp4", ":{port}")')

# --- accept, write, close ------------------------------------------------------------------------

advise("no-sleep", "Take the sleep away: accept waits by itself, and one client's wait is everybody's.",
       "sleep を取り除きます。待つのは accept の役目で、ひとつのクライアントで待つと、ほかのすべてのクライアントも待たされます。")
advise("accept-loop", "Call accept in a loop: it waits for the next client.",
       "ループの中で accept を呼びます。accept は次のクライアントを待ちます。",
       c="for (;;) {{ int connected_fd = accept(listening_fd, NULL, NULL); ... }}",
       python="while True: connection, _ = server.accept()", ruby="loop {{ client = server.accept }}",
       go="for {{ conn, err := listener.Accept() }}", javascript='server.on("connection", serve)',
       rust="for stream in listener.incoming() {{ let stream = stream?; }}")
advise("no-pause", "Take the waiting out, and call accept in a loop: it does the waiting.",
       "待つ処理を取り除き、ループの中で accept を呼びます。待つのは accept の役目です。",
       c="accept(listening_fd, NULL, NULL)", python="server.accept()", ruby="server.accept", go="listener.Accept()",
       rust="listener.accept()?")
advise("set-length", "Set the length before every call, or do without the client's address.",
       "長さは accept のたびに設定します。クライアントのアドレスが不要なら、両方とも NULL にします。",
       c="socklen_t length = sizeof peer;")
advise("wait-first", "Wait until a client is there before accept, or leave the socket blocking.",
       "accept の前にクライアントが来るのを待つか、ソケットをブロッキングのままにします。",
       c="poll(&listening, 1, -1)", python="server.setblocking(True)", ruby="server.accept")
advise("close-connection", "Close the connection after the reply, at the end of the loop's body.",
       "応答のあと、ループの本体の最後で接続を閉じます。",
       **CLOSE)
advise("close-accepted", "Close what accept returned, and leave the listening socket open.",
       "accept が返したほうを閉じ、接続待ちソケットは開いたままにします。",
       **CLOSE)
advise("close-copies", "Close every descriptor that stands for the connection.",
       "この接続を指すディスクリプターをすべて閉じます。",
       c="close({number});")
advise("close-in-parent", "Close the connection in the parent as well as in the child.",
       "接続は、子プロセスだけでなく親プロセスでも閉じます。",
       c="close(connected_fd);", python="connection.close()", ruby="client.close")
advise("close-all", "Close everything that was opened for a client. ls -l /proc/PID/fd shows what stays open.",
       "クライアントのために開いたものはすべて閉じます。残っているものは ls -l /proc/PID/fd でわかります。",
       **{**CLOSE, "go": "defer conn.Close()"})
advise("end-child", "End the child after its one client.",
       "子プロセスは、1 つのクライアントに応答したら終了させます。",
       c="_exit(0);", python="os._exit(0)", ruby="exit!")
advise("once-before-loop",
       "Make the socket, bind and listen once, before the loop; accept, write and close belong into it.",
       "socket、bind、listen はループの前に 1 回だけ、accept、write、close はループの中に書きます。")
advise("send-reply", "Send the text, and nothing else, between accept and close.",
       "accept と close の間で、この文字列だけを送ります。",
       c='write(connected_fd, "{reply}", {count})', **SEND)
advise("text-length", "Send as many bytes as the text has.",
       "文字列の長さと同じバイト数だけ送ります。",
       c="write(connected_fd, reply, strlen(reply))", **SEND)
advise("write-to-accepted", "Write to what accept returned.",
       "accept が返したディスクリプターに書き込みます。",
       c="write(connected_fd, ...)", python="connection.sendall(...)", ruby="client.write ...", go="conn.Write(...)",
       javascript="socket.write(...)", rust="stream.write_all(...)?")
advise("write-first", "First write, then close, both with what accept returned.",
       "先に書き込み、そのあと閉じます。どちらにも accept が返したものを使います。",
       c="write(connected_fd, ...); close(connected_fd);", python="connection.sendall(...); connection.close()",
       ruby="client.write ...; client.close", go="conn.Write(...); conn.Close()", javascript='socket.end("{reply}")',
       rust="stream.write_all(...)?; drop(stream)")
advise("ignore-sigpipe", "Ignore SIGPIPE before the loop. Then the write fails, which concerns this one client only.",
       "ループの前で SIGPIPE を無視します。すると write が失敗し、影響はそのクライアントだけで済みます。",
       c="signal(SIGPIPE, SIG_IGN);", python="signal.signal(signal.SIGPIPE, signal.SIG_IGN)",
       ruby='trap("PIPE", "IGNORE")', go="signal.Ignore(syscall.SIGPIPE)")
advise("go-on", "Report it, close this connection, and go on to the next client.",
       "エラーを表示し、この接続を閉じて、次のクライアントに進みます。",
       c='if (write(...) == -1) perror("write");', python="except OSError as error: print(error)",
       ruby="rescue SystemCallError => error", go="if err != nil {{ log.Print(err) }}",
       javascript='socket.on("error", console.error)', rust='if let Err(error) = ... {{ eprintln!("{{error}}") }}')
advise("leave-loop", "Leave that loop where write fails.",
       "write が失敗したら、そのループを抜けます。",
       c="if (written == -1) break;")
advise("try-again", "Go on with the loop where errno is EINTR, or set the handler with SA_RESTART.",
       "errno が EINTR のときはループを続けます。またはハンドラーを SA_RESTART 付きで設定します。",
       c="if (connected_fd == -1 && errno == EINTR) continue;")
advise("no-linger", "Leave SO_LINGER out: close sends what is left, and then the end.",
       "SO_LINGER は使いません。close は残りのデータを送り、そのあと接続を終えます。")
advise("one-accept", "One accept for each turn of the loop, and what it returns kept in a variable.",
       "ループ 1 回につき accept は 1 回だけにし、返ってきた値を変数に取っておきます。",
       c="int connected_fd = accept(listening_fd, NULL, NULL);", python="connection, _ = server.accept()",
       ruby="client = server.accept", go="conn, err := listener.Accept()",
       rust="let (stream, _) = listener.accept()?;")
advise("minus-one", "Only -1 means failure.",
       "失敗を表すのは -1 だけです。",
       c='if ({name}(...) == -1) {{ perror("{name}"); return 1; }}')
advise("find-the-line", "Have the tools name the line.",
       "問題の行をツールで見つけます。",
       c="cc -g -fsanitize=address server.c && ./a.out")
advise("read-its-words", "Read what it says at its end.",
       "終了するときに表示されたメッセージを読みます。")
advise("no-stop", "Send no SIGSTOP, and no SIGTSTP, to yourself.",
       "自分自身に SIGSTOP や SIGTSTP を送らないようにします。")
advise("print-once", "Print once, or once for each client, and wait in accept for the next one.",
       "表示は 1 回だけ、またはクライアントごとに 1 回にし、accept で次のクライアントを待ちます。")
advise("whole-request",
       "Read until the empty line that ends a request, then answer and close; expect no more from the client.",
       "リクエストの終わりを示す空行まで読んだら、応答して閉じます。クライアントからそれ以上は届きません。",
       c='strstr(request, "\\r\\n\\r\\n")')
