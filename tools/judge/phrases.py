"""The words of a report that belong to no mistake: labels, what is expected, what was seen, notes."""

from words import Said, Words

# By the columns before them.
LABELS = {
    0: {"ok": Words("ok", "OK"), "not-yet": Words("not yet", "未達成"), "next": Words("next", "次へ"),
        "judged": Words("judged", "対象"), "warning": Words("warning", "警告"),
        "note": Words("note", "補足")},
    4: {"expected": Words("expected", "期待される動作"), "seen": Words("seen", "実際の動作"),
        "line": Words("line", "該当行"), "mistake": Words("mistake", "原因"),
        "hint": Words("hint", "直し方"), "read": Words("read", "参照するレッスン"),
        "again": Words("again", "もう一度確認")},
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
    "expected-closes": Words("accept takes every client from the queue, and close ends the connection",
                             "accept がキューから接続を 1 つずつすべて取り出し、close が接続を閉じる"),
    "expected-write": Words('every client gets the {count} bytes "{reply}", then the end',
                            'どのクライアントも {count} バイトの "{reply}" を受け取り、そのあと接続が閉じられる'),
    "expected-stays": Words("the program stays alive, so that its socket does",
                            "プログラムが終了せず、ソケットも残る"),
    "no-harm": Words("a client that goes away early does no harm: the next one is served",
                     "クライアントが途中でいなくなっても、次のクライアントに応答する"),
    "nothing-left": Words("a client that has gone leaves nothing behind",
                          "クライアントがいなくなったあとには、何も残らない"),
    # what was seen
    "client-refused": Words("client {number}: connect to {where}: {error}",
                            "クライアント {number}: {where} への connect が {error}"),
    "client-saw": Words("client {number}: connected, got {got}, {end}",
                        "クライアント {number}: 接続、{got}、{end}"),
    "got-bytes": Words("{count} bytes, {text}", "{count} バイトの {text} を受信"),
    "got-nothing": Words("nothing", "何も受信せず"),
    "closed": Words("then the end", "そのあと接続が閉じられた"),
    "reset": Words("then a reset", "そのあとリセットされた"),
    "endless": Words("and no end", "データが際限なく続く"),
    "open": Words("and the connection stays open", "接続は開いたまま"),
    "ended": Words("then the program {how}", "そのあとプログラムは{how}"),
    "ended-saying": Words("then the program {how}, saying: {said}",
                          "そのあとプログラムは{how}。最後の表示: {said}"),
    "printed": Words("it printed: {said}", "プログラムの表示: {said}"),
    "exited": Words("exited with {what}", "終了ステータス {what} で終了"),
    "killed": Words("was killed by {what}", "シグナル {what} で終了"),
    "over": Words("ended{what}", "終了{what}"),
    "again-and-again": Words("{call}, again and again", "{call} の繰り返し"),
    "stopped": Words("it is stopped, as by Ctrl-Z", "一時停止している (Ctrl-Z と同じ)"),
    "waits-in": Words("server: {call} (it waits in this call)",
                      "サーバー: {call} (このシステムコールの中で待っている)"),
    "computes": Words("server: it computes, and calls nothing",
                      "サーバー: 計算を続け、システムコールを呼んでいない"),
    "flood-output": Words("{size} MB of output", "{size} MB の出力"),
    "flood-calls": Words("{size} MB of system calls in the trace",
                         "トレースにして {size} MB のシステムコール"),
    "more": Words("after {clients} clients, {rude} of which broke off, {more} more {what}",
                  "クライアント {clients} 個 (うち {rude} 個は途中で切断) のあと、{what}が {more} 個増えた"),
    "descriptors": Words("descriptors", "ディスクリプター"), "processes": Words("processes", "プロセス"),
    "threads": Words("threads", "スレッド"), "zombies": Words("zombies", "ゾンビプロセス"),
    # notes
    "past-step05": Words("It waits for a request before it answers: that is past step05, see "
                         "beyond/step06-read. So the clients sent one, {request}. The clients of the five "
                         "steps send nothing: they and this server would wait for each other.",
                         "リクエストを待ってから応答するので、step05 の先 (beyond/step06-read) まで進んでいます。"
                         "そこで、クライアントから {request} を送って確認しました。5 つのステップのクライアントは"
                         "何も送らないので、このサーバーとは互いに待ち続けます。"),
    "ipv6": Words("This is an IPv6 socket (AF_INET6). The lessons go on with IPv4: AF_INET.",
                  "これは IPv6 のソケット (AF_INET6) です。レッスンでは IPv4 (AF_INET) を使います。"),
    "no-family": Words("sin_family is not set (it is 0). Linux takes that for AF_INET in bind, other "
                       "systems refuse it.",
                       "sin_family が設定されていません (0 のまま)。Linux の bind は AF_INET とみなしますが、"
                       "ほかのシステムでは失敗します。"),
    "reads-input": Words("It reads from standard input, where this check has nothing for it. At a "
                         "terminal it would wait for you.",
                         "標準入力を読んでいます。この確認では空ですが、ターミナルでは入力を待ち続けます。"),
    "success-said": Words('It says "{name}: Success": a good result is taken for a bad one. Only -1 '
                          "means failure.",
                          '"{name}: Success" と表示しています。成功を失敗と取り違えています。失敗を表すのは -1 だけです。'),
    "busy": Words("It keeps a processor busy while there is nothing to do: let it wait in a call, as "
                  "pause or accept do.",
                  "何もすることがない間も CPU を使い続けています。pause や accept のように、システムコールの中で"
                  "待つようにします。"),
    "spins": Words("{call}, again and again: nobody is served by that, and it keeps a processor busy.",
                   "{call} を繰り返しています。何もしないまま、CPU を使い続けます。"),
    "slow": Words("A client waits {seconds} s for its end, and whoever is behind it waits as well.",
                  "クライアントは終わりまで {seconds} 秒待たされ、後ろのクライアントも待たされます。"),
    "wrong-descriptor": Words("{call}: that descriptor is not open. Is it closed twice, or used after "
                              "its close?",
                              "{call}: このディスクリプターは開いていません。2 回閉じるか、閉じたあとに使っていませんか。"),
    "no-reuseaddr": Words("Without SO_REUSEADDR, set before bind, a restart within a minute of serving "
                          "somebody fails with EADDRINUSE: see step04-accept.",
                          "bind の前に SO_REUSEADDR を設定しないと、応答してから 1 分以内の再起動は EADDRINUSE で"
                          "失敗します。step04-accept を参照してください。"),
    "unchecked": Words("One call after the other was made to fail. After {calls} the program went on as "
                       "if nothing had happened: check every result.",
                       "システムコールを 1 つずつ意図的に失敗させました。{calls} が失敗しても、プログラムはそのまま"
                       "先へ進みました。戻り値は毎回確かめます。"),
    "exits-with-0": Words("{calls} was made to fail, and the program ended with exit status 0, which "
                          "means success.",
                          "{calls} を意図的に失敗させると、プログラムは成功を表す終了ステータス 0 で終了しました。"),
    "says-nothing": Words("{calls} was made to fail, and the program did not say so: perror does.",
                          "{calls} を意図的に失敗させると、プログラムは何も表示しませんでした。perror で表示します。"),
    "accept-ends": Words("accept was made to fail once, and the program ended. The next client may be "
                         "fine: report it, wait, and try again.",
                         "accept を意図的に 1 回失敗させると、プログラムが終了しました。次のクライアントには問題が"
                         "ないかもしれません。エラーを表示し、少し待って、もう一度呼びます。"),
    "accept-at-once": Words("accept was made to fail, and was called again at once: that would keep a "
                            "processor busy. sleep(1) first.",
                            "accept を意図的に失敗させると、すぐに accept を呼び直しました。これでは CPU を使い続けます。"
                            "先に sleep(1) で待ちます。"),
    # what comes next, and the rest of a report
    "next-step": Words("{step}: {expected} ({lesson})", "{step}: {expected} ({lesson})"),
    "the-end": Words("This is a TCP server: it serves one client after the other, and survives those "
                     "that break off. See it play: make page MINE=1. Find somebody else's mistake: make "
                     "riddle. Write it in your own language: make check PROGRAM='python3 mine.py'. "
                     "Another evening: {lesson}",
                     "TCP サーバーの完成です。クライアントに 1 つずつ応答し、途中で切断されても動き続けます。"
                     "動きを再生するには make page MINE=1、間違い探しは make riddle、ほかの言語で書くなら "
                     "make check PROGRAM='python3 mine.py'。続きは {lesson}"),
    "again": Words("{again}  # what to do: make hint", "{again}  # 直し方: make hint"),
    "tally": Words("{reached} of {steps} steps", "{steps} ステップ中 {reached} ステップ達成"),
    "notice": Words("check: waiting, since something may still come of it. {doing}",
                    "check: まだ先へ進むかもしれないので、待っています。{doing}"),
    "time-wait": Words("bind failed with EADDRINUSE, and nobody listens: the kernel still remembers "
                       "{count} of an earlier server's connections (TIME-WAIT). {whose}. It takes a "
                       "minute at most. Waiting.",
                       "bind が EADDRINUSE で失敗しましたが、接続待ちソケットはありません。前のサーバーの接続が "
                       "{count} 件、カーネルに残っています (TIME-WAIT)。{whose}。長くても 1 分でなくなるので、待ちます。"),
    "whose-theirs": Words("Your program sets SO_REUSEADDR, but that server did not, and both must",
                          "このプログラムは SO_REUSEADDR を設定していますが、前のサーバーは設定していません。"
                          "両方に必要です"),
    "whose-port": Words("Your program sets SO_REUSEPORT, which does not help here; SO_REUSEADDR does",
                        "このプログラムは SO_REUSEPORT を設定していますが、ここで必要なのは SO_REUSEADDR です"),
    "whose-yours": Words("Your program does not set SO_REUSEADDR (step04-accept says how)",
                         "このプログラムは SO_REUSEADDR を設定していません (step04-accept を参照)"),
    # what keeps it from being judged
    "strace-killed": Words("strace was killed: what the program would have done is not known",
                           "strace が強制終了されたため、プログラムの動作を確認できませんでした"),
    "no-step": Words("There is no step '{wanted}'. The steps are: {steps}",
                     "'{wanted}' というステップはありません。あるのは {steps} です。"),
    "usage": Words("usage: make {tool} [PROGRAM='command'] [STEP=NN]",
                   "使い方: make {tool} [PROGRAM='コマンド'] [STEP=NN]"),
    # make hint
    "changed": Words("Something has changed since the last check: here is another.",
                     "前回の確認のあとに変更があったので、もう一度確認します。"),
    "nothing-to-mend": Words("nothing to mend: {tally}", "直すところはありません。{tally}"),
    "no-mistake-known": Words("No known mistake. Compare what was expected with what was seen, and read "
                              "the lesson.",
                              "既知の間違いには当てはまりません。期待される動作と実際の動作を比べ、レッスンを参照してください。"),
    # what is added to a mistake
    "went-on-to-listen": Words("The program took no notice and went on to listen, so the kernel gave "
                               "the socket some free port.",
                               "プログラムは失敗に気づかずに listen へ進み、カーネルがソケットに空いているポートを"
                               "割り当てました。"),
    "holder": Words("It is {name} (process {pid}).", "使っているのは {name} (プロセス {pid}) です。"),
    "input-was-empty": Words("It waited for input, and here its standard input is empty.",
                             "入力を待っていましたが、この確認では標準入力は空です。"),
    "std-bind": Words("With `using namespace std` in C++, bind(...) may be std::bind: write ::bind.",
                      "C++ で using namespace std と書くと、bind(...) が std::bind になることがあります。"
                      "::bind と書きます。"),
    # proofs that strace does not show
    "no-call-seen": Words("(strace shows no {call} call, but it was done: io_uring?)",
                          "(strace に {call} は現れないが、実行されている。io_uring?)"),
    "served-unseen": Words("{count} clients got {reply} (by a call that strace does not show)",
                           "クライアント {count} 個が {reply} を受け取った (strace に現れないシステムコールによる)"),
}


def say(key, /, **known):
    """The phrase, with what its blanks are filled with."""
    return Said(PHRASES[key], **known)
