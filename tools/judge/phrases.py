"""The words of a report that belong to no mistake."""

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
PHRASES = {}


def phrase(key, en, ja):
    PHRASES[key] = Words(en, ja)


def say(key, /, **known):
    """The phrase, with what its blanks are filled with."""
    return Said(PHRASES[key], **known)


# --- what is expected ----------------------------------------------------------------------------

phrase("socket", "socket(AF_INET, SOCK_STREAM, 0) gives a descriptor: a TCP socket exists",
       "socket(AF_INET, SOCK_STREAM, 0) がディスクリプターを返し、TCP ソケットができる")
phrase("bind", "bind gives the socket the address 0.0.0.0, port {port}",
       "bind がソケットにアドレス 0.0.0.0、ポート {port} を割り当てる")
phrase("listen", "listen makes port {port} a listening socket, and it stays one",
       "listen でソケットがポート {port} の接続待ちになり、そのまま待ち続ける")
phrase("accept", "accept takes every client from the queue, one after the other",
       "accept がキューから接続を 1 つずつ、すべて取り出す")
phrase("closes", "accept takes every client from the queue, and close ends the connection",
       "accept がキューから接続を 1 つずつすべて取り出し、close が接続を閉じる")
phrase("write", 'every client gets the {count} bytes "{reply}", then the end',
       'どのクライアントも {count} バイトの "{reply}" を受け取り、そのあと接続が閉じられる')
phrase("stays", "the program stays alive, so that its socket does",
       "プログラムが終了せず、ソケットも残る")
phrase("nothing-left", "a client that has gone leaves nothing behind",
       "クライアントが切断したあとには、何も残らない")

# --- what was seen -------------------------------------------------------------------------------

phrase("refused", "client {number}: connect to {where}: {error}",
       "クライアント {number}: {where} への connect が {error}")
phrase("saw", "client {number}: connected, got {got}, {end}",
       "クライアント {number}: 接続、{got}、{end}")
phrase("got", "{count} bytes, {text}", "{count} バイトの {text} を受信")
phrase("got-nothing", "nothing", "何も受信せず")
phrase("closed", "then the end", "そのあと接続が閉じられた")
phrase("reset", "then a reset", "そのあとリセットされた")
phrase("endless", "and no end", "データが際限なく続く")
phrase("open", "and the connection stays open", "接続は開いたまま")
phrase("ended", "the program {how}", "プログラムは{how}")
phrase("ended-saying", "the program {how}, saying: {said}",
       "プログラムは{how}。最後の表示: {said}")
phrase("exited", "exited with {what}", "終了ステータス {what} で終了")
phrase("killed", "was killed by {what}", "シグナル {what} で終了")
phrase("printed", "it printed: {said}", "プログラムの表示: {said}")
phrase("again-and-again", "{call}, again and again", "{call} の繰り返し")
phrase("waits-in", "server: {call} (it waits in this call)",
       "サーバー: {call} (このシステムコールの中で待っている)")
phrase("computes", "server: it computes, and calls nothing",
       "サーバー: 計算を続け、システムコールを呼んでいない")
phrase("flood", "{output} MB of output, {calls} MB of system calls in the trace",
       "出力が {output} MB、システムコールがトレースにして {calls} MB")
phrase("more", "after {clients} clients, {rude} of which broke off, {more} more {what}",
       "クライアント {clients} 個 (うち {rude} 個は途中で切断) のあと、{what}が {more} 個増えた")
phrase("descriptors", "descriptors", "ディスクリプター")
phrase("processes", "processes", "プロセス")
phrase("threads", "threads", "スレッド")
phrase("zombies", "zombies", "ゾンビプロセス")

# --- notes ---------------------------------------------------------------------------------------

phrase("past-step05", "It waits for a request before it answers, which is step06 (make check "
       "STEP=06). So the clients sent one, {request}. Those of the five steps send nothing.",
       "リクエストを待ってから応答します。これは step06 の内容です (make check STEP=06)。そこで {request} を"
       "送って確認しました。5 つのステップのクライアントは何も送らないので、互いに待ち続けます。")
phrase("ipv6", "This is an IPv6 socket. The lessons go on with IPv4: AF_INET.",
       "これは IPv6 のソケットです。レッスンでは IPv4 (AF_INET) を使います。")
phrase("busy", "It keeps a processor busy while there is nothing to do: wait in a call, as pause.",
       "何もすることがない間も CPU を使い続けています。pause のように、システムコールの中で待ちます。")
phrase("slow", "A client waits {seconds} s for its end, and whoever is behind it waits as well.",
       "クライアントは終わりまで {seconds} 秒待たされ、後ろのクライアントも待たされます。")
phrase("wrong-descriptor", "{call}: that descriptor is closed already, or is not the connection.",
       "{call}: このディスクリプターはすでに閉じられているか、接続ではありません。")
phrase("bad-address", "{call}: a pointer in it leads nowhere. man 2 {name} says what goes there.",
       "{call}: 渡したポインターの先を読み書きできません。man 2 {name} で引数を確かめてください。")
phrase("address-cut", "{call}: the address was cut. Set the length to the structure's size before.",
       "{call}: アドレスが途中で切れています。呼ぶ前に、長さを構造体の大きさにします。")
phrase("no-reuseaddr", "Without SO_REUSEADDR, set before bind, a restart within a minute of "
       "serving somebody fails with EADDRINUSE: see step04-accept.",
       "このプログラムは bind の前に SO_REUSEADDR を設定していません。応答してから 1 分以内に再起動すると、"
       "bind が EADDRINUSE で失敗します。step04-accept を参照してください。")
phrase("unchecked", "Made to fail: {calls}. A program then says so (perror), and ends with another "
       "status than 0: check every result.",
       "意図的に失敗させたシステムコール: {calls}。失敗したら perror で表示し、0 以外のステータスで終了します。"
       "戻り値は毎回確かめます。")
phrase("accept-fails", "accept was made to fail. The next client may be fine: say so, sleep(1), "
       "and call it again.",
       "accept を意図的に失敗させました。次のクライアントには問題がないかもしれません。エラーを表示し、sleep(1) で"
       "待って、もう一度呼びます。")

# --- the rest of a report ------------------------------------------------------------------------

phrase("the-end", "A TCP server, and it survives clients that break off. See it play: make page "
       "MINE=1. Find a mistake: make riddle. In your own language: make check PROGRAM='python3 "
       "mine.py'. Another evening: {lesson}",
       "TCP サーバーの完成です。クライアントが途中で切断しても動き続けます。再生する: make page MINE=1。"
       "間違い探し: make riddle。ほかの言語で: make check PROGRAM='python3 mine.py'。続き: {lesson}")
phrase("again", "{again}  # what to do: make hint", "{again}  # 直し方: make hint")
phrase("tally", "{reached} of {steps} steps", "{steps} ステップ中 {reached} ステップ達成")
phrase("no-hint", "There is nothing to mend. make check may have a note.",
       "間違いはありません。補足があれば、make check の表示を見てください。")
phrase("look-up", "Look up the error that it printed last in docs/errors.md.",
       "最後に表示されたエラーを、docs/errors.ja.md で調べます。")
phrase("compare", "Read what it says last, and compare what was expected with what was seen.",
       "プログラムの最後の表示を読み、期待される動作と実際の動作を比べてください。")
phrase("notice", "check: waiting, since something may still come of it. {doing}",
       "check: まだ先へ進むかもしれないので、待っています。{doing}")
phrase("time-wait", "bind failed with EADDRINUSE, and nobody listens: {count} of an earlier "
       "server's connections are in TIME-WAIT, for a minute at most. Only where that server and "
       "yours set SO_REUSEADDR (step04-accept) does bind succeed. Wait, then: {again}",
       "bind が EADDRINUSE で失敗しましたが、接続待ちソケットはありません。前のサーバーの接続が {count} 件、"
       "TIME-WAIT で残っています (長くても 1 分)。すぐにバインドできるのは、前のサーバーとこのプログラムの両方が "
       "SO_REUSEADDR を設定しているときだけです (step04-accept を参照)。少し待ってから {again} を実行してください。")
phrase("strace-killed", "strace was killed: what the program would have done is not known",
       "strace が強制終了されたため、プログラムの動作を確認できませんでした")
phrase("no-step", "There is no step '{wanted}'. The steps are: {steps}",
       "'{wanted}' というステップはありません。あるのは {steps} です。")
phrase("no-bats", "the steps beyond are judged by their tests, and those need bats: make setup",
       "step06 以降はテストで確認します。それには bats が必要です。make setup を実行してください")
phrase("no-tests", "none of the step's tests could run here; to see why: bats {file}",
       "このステップのテストを実行できませんでした。理由は bats {file} で確認できます")
phrase("usage", "usage: make {tool} [{what}] [STEP=NN]", "使い方: make {tool} [{what}] [STEP=NN]")
