"""The words of a report that belong to no mistake: its labels, what is expected, what was seen, what is in the way."""

from words import Said, Words

# By the columns before them.
LABELS = {
    0: {"ok": Words("ok", "OK"), "not-yet": Words("not yet", "未達成"), "judged": Words("judged", "対象"),
        "warning": Words("warning", "警告"), "note": Words("note", "補足")},
    4: {"expected": Words("expected", "期待される動作"), "seen": Words("seen", "実際の動作"), "line": Words("line", "該当行"),
        "mistake": Words("mistake", "原因"), "try": Words("try", "直し方"), "read": Words("read", "参照するレッスン"),
        "explain": Words("explain", "詳しい説明"), "again": Words("again", "もう一度確認")},
}

PHRASES = {
    # what is expected
    "expected-socket": Words("socket(AF_INET, SOCK_STREAM, 0) gives a descriptor: a TCP socket exists",
                             "socket(AF_INET, SOCK_STREAM, 0) がディスクリプターを返し、TCP ソケットができる"),
    "expected-bind": Words("bind gives the socket the address 0.0.0.0, port {port}",
                           "bind がソケットにアドレス 0.0.0.0、ポート {port} を割り当てる"),
    "expected-listen": Words("listen makes port {port} a listening socket, and it stays one",
                             "listen でソケットがポート {port} の接続待ちになり、そのまま待ち続ける"),
    "expected-accept": Words("accept takes every client from the queue, one after the other",
                             "accept がキューから接続を 1 つずつ、すべて取り出す"),
    "expected-close": Words("accept takes every client from the queue, one after the other, and close ends the "
                            "connection",
                            "accept がキューから接続を 1 つずつすべて取り出し、close が接続を終える"),
    "expected-write": Words('every client gets the {count} bytes "{reply}", then the end',
                            'どのクライアントも {count} バイトの "{reply}" を受け取り、そのあと接続が閉じられる'),
    "expected-alive": Words("the program stays alive, so that its socket does",
                            "プログラムが終了せず、ソケットも残る"),
    "expected-no-harm": Words("a client that goes away early does no harm: the next one is served",
                              "クライアントが途中でいなくなっても、次のクライアントに応答する"),
    "expected-no-processes": Words("no more processes after a client than before it",
                                   "クライアントの前と後でプロセスの数が変わらない"),
    "expected-no-descriptors": Words("no more descriptors open after a client than before it",
                                     "クライアントの前と後で、開いているディスクリプターの数が変わらない"),
    # what was seen
    "client-refused": Words("client {number}: connect to {where}: {error}",
                            "クライアント {number}: {where} への connect が {error}"),
    "client-saw": Words("client {number}: connected, got {got}, {end}", "クライアント {number}: 接続、{got}、{end}"),
    "got-bytes": Words("{count} bytes, {text}", "{count} バイトの {text} を受信"),
    "got-nothing": Words("nothing", "何も受信せず"),
    "then-end": Words("then the end", "そのあと接続が閉じられた"),
    "then-reset": Words("then a reset", "そのあとリセットされた"),
    "no-end": Words("and no end", "接続が閉じられない"),
    "stays-open": Words("and the connection stays open", "接続は開いたまま"),
    "ended": Words("then the program {how}", "そのあとプログラムは{how}"),
    "ended-saying": Words("then the program {how}, saying: {said}", "そのあとプログラムは{how}。最後の表示: {said}"),
    "exited-with": Words("exited with {what}", "終了ステータス {what} で終了"),
    "killed-by": Words("was killed by {what}", "シグナル {what} で終了"),
    "is-over": Words("ended{what}", "終了{what}"),
    "again-and-again": Words("{call}, again and again", "{call} の繰り返し"),
    "stopped": Words("it is stopped, as by Ctrl-Z", "一時停止している (Ctrl-Z と同じ)"),
    "waits-in": Words("server: {call} (it waits in this call)",
                      "サーバー: {call} (このシステムコールの中で待っている)"),
    "computes": Words("server: it computes, and calls nothing", "サーバー: 計算を続け、システムコールを呼んでいない"),
    "flood-output": Words("{size} MB of output", "{size} MB の出力"),
    "flood-calls": Words("{size} MB of system calls in the trace", "トレースにして {size} MB のシステムコール"),
    "more-processes": Words("{more} more processes after {clients} clients",
                            "クライアント {clients} 個のあと、プロセスが {more} 個増えた"),
    "more-descriptors": Words("{more} more descriptors after {clients} clients",
                              "クライアント {clients} 個のあと、ディスクリプターが {more} 個増えた"),
    # notes, and the rest of a report
    "past-step05": Words("It waits for a request before it answers: that is past step05. So the clients sent one, "
                         "{request}. The clients of the five steps send nothing: they and this server would wait "
                         "for each other.",
                         "リクエストを待ってから応答するので、step05 の先まで進んでいます。そこで、クライアントから {request} を送って確認しました。5 "
                         "つのステップのクライアントは何も送らないので、このサーバーとは互いに待ち続けます。"),
    "no-family": Words("The address has no family. Linux takes that for AF_INET in bind, other systems refuse it.",
                       "アドレスにファミリーがありません。Linux の bind は AF_INET とみなしますが、ほかのシステムでは失敗します。"),
    "reads-input": Words("It reads from standard input, where this check has nothing for it. At a terminal it "
                         "would wait for you.",
                         "標準入力を読んでいます。この確認では空ですが、ターミナルでは入力を待ち続けます。"),
    "success-said": Words('It says "{name}: Success": a good result is taken for a bad one. Only -1 means failure.',
                          '"{name}: Success" と表示しています。成功を失敗と取り違えています。失敗を表すのは -1 だけです。'),
    "spins": Words("{call}, again and again: nobody is served by that, and it keeps a processor busy. Look at the "
                   "result, and wait.",
                   "{call} を繰り返しています。何もしないまま、CPU を使い続けます。結果を確かめて、待つようにしてください。"),
    "no-reuseaddr": Words("Without SO_REUSEADDR, set before bind, a restart within a minute of serving somebody "
                          "fails with EADDRINUSE: see step04-accept.",
                          "bind の前に SO_REUSEADDR を設定しないと、応答してから 1 分以内の再起動は EADDRINUSE で失敗します。step04-accept を参照してください。"),
    "tally": Words("{reached} of {steps} steps", "{steps} ステップ中 {reached} ステップ達成"),
    "waiting": Words("check: waiting for the program; this may take a minute",
                     "check: プログラムを待っています。1 分ほどかかることがあります"),
    "time-wait": Words("bind failed with EADDRINUSE, and nobody listens: the kernel still remembers {count} of an "
                       "earlier server's connections (TIME_WAIT). {whose}. It takes a minute at most. Waiting.",
                       "bind が EADDRINUSE で失敗しましたが、接続待ちソケットはありません。前のサーバーの接続が {count} 件、カーネルに残っています "
                       "(TIME_WAIT)。{whose}。長くても 1 分でなくなるので、待ちます。"),
    "whose-theirs": Words("Your program sets SO_REUSEADDR, but that server did not, and both must",
                          "このプログラムは SO_REUSEADDR を設定していますが、前のサーバーは設定していません。両方に必要です"),
    "whose-yours": Words("Your program does not set SO_REUSEADDR (step04-accept says how)",
                         "このプログラムは SO_REUSEADDR を設定していません (step04-accept を参照)"),
    # what is judged
    # what keeps it from being judged
    "strace-killed": Words("strace was killed: what the program would have done is not known",
                           "strace が強制終了されたため、プログラムの動作を確認できませんでした"),
    "no-step": Words("There is no step '{wanted}'. The steps are: {steps}",
                     "'{wanted}' というステップはありません。あるのは {steps} です。"),
    "usage-check": Words("usage: make {tool} [PROGRAM='command'] [STEP=NN]",
                         "使い方: make {tool} [PROGRAM='コマンド'] [STEP=NN]"),
    # what is added to a mistake
    "went-on-to-listen": Words("The program took no notice and went on to listen, so the kernel gave the socket "
                               "some free port.",
                               "プログラムは失敗に気づかずに listen へ進み、カーネルがソケットに空いているポートを割り当てました。"),
    "holder": Words("It is {name} (process {pid}).", "使っているのは {name} (プロセス {pid}) です。"),
    "input-was-empty": Words("It waited for input, and here its standard input is empty.",
                             "入力を待っていましたが、この確認では標準入力は空です。"),
    "error-ignored": Words("The error is not looked at, and the loop runs on as fast as it can.",
                           "エラーを確かめずに、できる限りの速さでループを回っています。"),
    "first-client": Words("its first client", "最初のクライアント"),
    "clients": Words("{count} clients", "クライアント {count} 個"),
    "once": Words("once", "1 回"),
    "times": Words("{count} times", "{count} 回"),
    # proofs that strace does not show
    "no-socket-seen": Words("(strace shows no socket call, but the program listens: io_uring?)",
                            "(strace に socket は現れないが、接続を待っている。io_uring?)"),
    "not-visible": Words("(not visible to strace)", "(strace には表示されない)"),
    "no-listen-seen": Words("(strace shows no listen call, but the port answers: io_uring?)",
                            "(strace に listen は現れないが、ポートは応答する。io_uring?)"),
    "no-accept-seen": Words("(strace shows no accept, but clients are served: io_uring?)",
                            "(strace に accept は現れないが、クライアントは応答を受け取る。io_uring?)"),
    "served-unseen": Words("{count} clients got {reply} (by a call that strace does not show)",
                           "クライアント {count} 個が {reply} を受け取った (strace に現れないシステムコールによる)"),
}


def say(key, /, **facts):
    return Said(PHRASES[key], **facts)
