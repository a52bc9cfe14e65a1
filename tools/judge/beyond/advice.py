"""What to do about the mistakes of steps 06 to 09, as in ../advice.py: words in both languages, code in six."""

from words import Words

ADVICE = {}


def advise(name, en, ja, **code):
    ADVICE[name] = Words(en, ja), code


advise("keep-serving", "Report what concerns one client, and go on with the next.",
       "クライアントひとつのエラーは表示するだけにして、次のクライアントへ進みます。",
       c='if (n == -1) perror("read");', python="except OSError as error: print(error, file=sys.stderr)",
       ruby="rescue SystemCallError => e then warn e.message", go="if err != nil {{ log.Print(err); return }}",
       javascript='socket.on("error", (error) => console.error(error.message))',
       rust='if let Err(error) = serve(stream) {{ eprintln!("{{error}}") }}')
REPLY = '"HTTP/1.0 200 OK\\r\\nContent-Length: {count}\\r\\n\\r\\n{reply}"'
advise("status-line", "Begin with the status: HTTP/1.0 200 OK.",
       "ステータス行 HTTP/1.0 200 OK で始めます。",
       c=REPLY, python="b" + REPLY, ruby=REPLY, go=REPLY, javascript=REPLY, rust="b" + REPLY)
advise("blank-line", "End the headers with \\r\\n\\r\\n: the end of the last one, and an empty line.",
       "ヘッダーは \\r\\n\\r\\n で終えます。最後の行の終わりと、空行です。",
       c=REPLY, python="b" + REPLY, ruby=REPLY, go=REPLY, javascript=REPLY, rust="b" + REPLY)
advise("say-length", "Say how many bytes follow, or close the connection; both is best.",
       "続くバイト数を書くか、接続を閉じます。両方行うのが確実です。",
       c='"Content-Length: {count}\\r\\n"', python='b"Content-Length: {count}\\r\\n"',
       ruby='"Content-Length: {count}\\r\\n"', go='"Content-Length: {count}\\r\\n"', javascript="socket.end(reply)",
       rust='b"Content-Length: {count}\\r\\n"')
advise("count-bytes", "Count the bytes of the body, and nothing else: {count}.",
       "ボディーのバイト数だけを数えます。{count} です。",
       c="strlen(body)", python="len(body)", ruby="body.bytesize", go="len(body)",
       javascript="Buffer.byteLength(body)", rust="body.len()")
advise("answer-200", "Answer with 200 and {reply}.",
       "ステータス 200 と {reply} で応答します。",
       c="write(connected_fd, reply, strlen(reply))", python="connection.sendall(reply)", ruby="client.write(reply)",
       go="conn.Write(reply)", javascript="socket.end(reply)", rust="stream.write_all(reply)?;")
advise("read-on", "Read in a loop, behind what you have, until \\r\\n\\r\\n is in it.",
       "\\r\\n\\r\\n が届くまで、すでにあるものの後ろにループで読み足します。",
       c='while (memmem(request, length, "\\r\\n\\r\\n", 4) == NULL)', python='while b"\\r\\n\\r\\n" not in request:',
       ruby='client.gets("\\r\\n\\r\\n")', go='for !bytes.Contains(request, []byte("\\r\\n\\r\\n"))',
       javascript='if (!request.includes("\\r\\n\\r\\n")) return;', rust='while !request.ends_with(b"\\r\\n\\r\\n")')
advise("refuse-400", "Answer whatever does not begin with GET / with 400.",
       "GET / で始まらないものには 400 と応答します。",
       c='"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"', python='b"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"',
       ruby='"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"', go='"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"',
       javascript='"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"', rust='b"HTTP/1.0 400 Bad Request\\r\\n\\r\\n"')
advise("limit-request", "Read no more than 8,192 bytes, and answer then with 431.",
       "8,192 バイトまで読んだら、そこで 431 と応答します。",
       c="if (length == sizeof request)", python="if len(request) > 8192:", ruby='client.gets("\\r\\n\\r\\n", 8192)',
       go="io.LimitReader(conn, 8192)", javascript="if (request.length > 8192)", rust="stream.take(8192)")
advise("read-to-end", "After the answer say that this was all, read until the client closes, and only then close.",
       "応答したら、送り終えたことを伝え、クライアントが閉じるまで読み、それから閉じます。",
       c="shutdown(connected_fd, SHUT_WR); while (read(connected_fd, unread, sizeof unread) > 0);",
       python="connection.shutdown(socket.SHUT_WR)", ruby="client.close_write", go="conn.(*net.TCPConn).CloseWrite()",
       javascript="socket.end(reply)", rust="stream.shutdown(Shutdown::Write)?;")
advise("one-for-each", "Serve each client in a process or a thread of its own, and do not limit their number so low.",
       "クライアントごとにプロセスかスレッドを作ります。数の上限を低くしすぎないようにします。",
       c="if (fork() == 0) {{ serve(connected_fd); return 0; }}",
       python="threading.Thread(target=serve, args=(connection,), daemon=True).start()",
       ruby="Thread.new(server.accept) {{ |client| serve(client) }}", go="go serve(conn)",
       javascript='server.on("connection", serve)', rust="thread::spawn(move || serve(stream));")
advise("end-child", "End the child behind its client.",
       "子プロセスは、クライアントの処理が済んだら終了させます。",
       c="return 0;", python="os._exit(0)", ruby="exit!(0)")
advise("no-zombies", "Say that you do not want to know, before the first fork; or wait for children.",
       "最初の fork の前に、子プロセスの終了を待たないと宣言します。または、終了を待ちます。",
       c="signal(SIGCHLD, SIG_IGN);", python="signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
       ruby="Process.detach(pid)")
advise("close-in-parent", "Close the connection in every process and thread that is responsible for it, once.",
       "接続は、受け持つプロセスやスレッドのすべてで、1 回ずつ閉じます。",
       c="close(connected_fd);", python="connection.close()", ruby="client.close", go="defer conn.Close()",
       javascript="socket.end()", rust="drop(stream);")
advise("end-thread", "Let the thread end with its client.",
       "スレッドは、クライアントの処理が済んだら終わらせます。",
       c="return NULL;", python="return", ruby="client.close", go="return", rust="return;")
advise("use-threads", "Use a thread in place of a process.",
       "プロセスの代わりにスレッドを使います。",
       c="pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd)",
       python="threading.Thread(target=serve, args=(connection,), daemon=True).start()",
       ruby="Thread.new(client) {{ |each| serve(each) }}")
advise("use-epoll", "Wait for all clients at once, and remember how far each has got.",
       "全クライアントをまとめて待ち、それぞれがどこまで進んだかを覚えておきます。",
       c="epoll_wait(epoll_fd, &event, 1, 1000)", python="asyncio.start_server(serve, port={port})",
       ruby="IO.select(clients)", go="go serve(conn)", javascript='server.on("connection", serve)',
       rust="tokio::spawn(serve(stream));")
advise("wait-in-epoll", "Give epoll_wait time, and ask for EPOLLOUT only while there is something to write.",
       "epoll_wait に待ち時間を渡し、書くものがある間だけ EPOLLOUT を待ちます。",
       c="epoll_wait(epoll_fd, &event, 1, 1000)", python="selector.select(1)", ruby="IO.select(clients, nil, nil, 1)")
advise("non-blocking", "Make the sockets non-blocking.",
       "ソケットをノンブロッキングにします。",
       c="accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)", python="connection.setblocking(False)",
       ruby="server.accept_nonblock", rust="stream.set_nonblocking(true)?;")
advise("time-limit", "Remember when each client came, and let it go after ten seconds.",
       "接続した時刻を覚えておき、10 秒たったら切ります。",
       c="if (clients[i].since + 10 < time(NULL)) shutdown(i, SHUT_RDWR);", python="connection.settimeout(10)",
       ruby="Timeout.timeout(10) {{ serve(client) }}", go="conn.SetDeadline(time.Now().Add(10 * time.Second))",
       javascript="setTimeout(() => socket.destroy(), 10000)",
       rust="stream.set_read_timeout(Some(Duration::from_secs(10)))?;")
