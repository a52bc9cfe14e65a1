"""The sentence on a moment, in English and Japanese, and the names of those who act. Facts come from the model."""

import os

WHO = {
    "server": ("the server", "サーバー"),
    "client": ("the client", "クライアント"),
    "server-kernel": ("the server's kernel", "サーバー側のカーネル"),
    "client-kernel": ("the client's kernel", "クライアント側のカーネル"),
    "child": ("the server's child", "サーバーの子プロセス"),
}

WAITS = {
    "pause": ("{Who} sleeps in {call}: only a signal, such as Ctrl-C, ends that.",
              "{who}は {call} でスリープします。Ctrl-C などのシグナルが届くまで続きます。"),
    "accept": ("{Who} waits in {call}: no connection is in the accept queue.",
               "{who}は {call} で待ちます。キューに接続がないからです。"),
    "read": ("{Who} waits in {call}: nothing has arrived that it could read.",
             "{who}は {call} で待ちます。読めるデータがまだ届いていないからです。"),
    "poll": ("{Who} waits in {call}, until one of its descriptors has something for it.",
             "{who}は {call} で待ちます。ディスクリプターのどれかが読めるようになるまで続きます。"),
}

CLOSES = {
    "ESTABLISHED": ("{Who} closes descriptor {fd}. No program holds this socket any more, so the kernel sends FIN: nothing "
                    "more will come from here.",
                    "{who}がディスクリプター {fd} を閉じました。このソケットを使うプログラムはもうないので、カーネルが"
                    " FIN を送り、これ以上データを送らないことを相手に伝えます。"),
    "CLOSE-WAIT": ("{Who} closes its end too, and its kernel sends FIN.",
                   "{who}も自分の側を閉じ、カーネルが FIN を送ります。"),
    "CLOSED": ("{Who} closes descriptor {fd}. The socket had no connection, and is gone.",
               "{who}がディスクリプター {fd} を閉じました。接続のないソケットなので、そのまま消えます。"),
    "LISTEN": ("{Who} closes the listening socket: from now on its port refuses connections.",
               "{who}がリスニングソケットを閉じました。これからは、このポートへの接続は拒否されます。"),
}

SAYS = {
    "socket": ("{Who} asks the kernel for a TCP socket, and gets descriptor {result}. The socket has no address yet.",
               "{who}がカーネルに TCP のソケットを要求し、ディスクリプター {result} を受け取りました。"
               "ソケットにはまだアドレスがありません。"),
    "setsockopt": ("{Who} sets an option of the socket: {option}.", "{who}がソケットにオプション {option} を設定しました。"),
    "reuse": ("{Who} sets the option SO_REUSEADDR: it may have its port again at once, whatever is left of earlier "
              "connections.",
              "{who}がオプション SO_REUSEADDR を設定しました。以前の接続の後始末が残っていても、同じポートをすぐに使えます。"),
    "bind": ("{Who} gives the socket an address: {address}.", "{who}がソケットにアドレス {address} を割り当てました。"),
    "anywhere": ("{Who} gives the socket an address: port {port}, on every address that this machine has (0.0.0.0).",
                 "{who}がソケットにアドレスを割り当てました。このマシンのすべてのアドレス（0.0.0.0）の、"
                 "ポート {port} です。"),
    "listen": ("{Who} makes it a listening socket. It has an accept queue now, which is empty.",
               "{who}がソケットをリスニングソケットにしました。accept 待ちのキューが付きましたが、まだ空です。"),
    "ignores": ("{Who} ignores {signal} from now on: to write to a client that has gone will be an error, and not its end.",
                "{who}が {signal} を無視するようにしました。いなくなったクライアントに write しても、プログラムは終わらず、"
                "write がエラーになるだけです。"),
    "prints": ("{Who} prints a line: a write to descriptor {fd}, its terminal.",
               "{who}が 1 行表示しました。ディスクリプター {fd}、つまり端末への write です。"),
    "connect-asks": ("{Who} calls connect. Its kernel picks a free port and sends SYN, the request for a connection. The "
                     "call waits for an answer.",
                     "{who}が connect を呼びました。カーネルは空いているポートを選び、接続要求の SYN を送ります。"
                     "connect は応答を待ちます。"),
    "refuses": ("No socket listens on port {port}, so {who} refuses, with RST. The server's program is neither asked nor told.",
                "ポート {port} で接続を待つソケットがないので、{who}が RST を返して拒否しました。サーバーのプログラムには"
                "何も届きません。"),
    "refused": ("connect returns -1, ECONNREFUSED: {who} reads “Connection refused”.",
                "connect は -1 で戻りました。エラーは ECONNREFUSED、{who}から見れば「Connection refused」です。"),
    "answers": ("{Who} finds a listening socket for this port, and answers by itself: SYN+ACK. The server's program has no "
                "part in it.",
                "{who}が、このポートのリスニングソケットを見つけ、自分で SYN+ACK を返しました。サーバーのプログラムは"
                "何もしていません。"),
    "confirms": ("For {who} the connection now exists: ESTABLISHED. It confirms with ACK, and connect can return.",
                 "{who}では、これで接続が確立しました（ESTABLISHED）。確認の ACK を送り、connect は戻れるようになります。"),
    "queues": ("Handshake done: {who} puts the new connection in the accept queue. No program has a descriptor for it yet.",
               "3 ウェイハンドシェイクが終わり、{who}は新しい接続をキューに入れました。この接続のディスクリプターは、"
               "まだどのプログラムにもありません。"),
    "connect": ("connect returns 0, success. That proves that somebody listens on this port, and nothing more.",
                "connect は 0 で戻り、成功しました。ここからわかるのは、このポートで待つソケットがある、ということだけです。"),
    "accept": ("{call} returns {result}: {who} gets the first connection of the queue, as a new descriptor. Descriptor {fd} "
               "goes on listening.",
               "{call} は {result} を返しました。キューの先頭の接続が取り出され、{who}は新しいディスクリプターを得ます。"
               "ディスクリプター {fd} はそのまま次の接続を待ちます。"),
    "write": ("{call} returns {result}: the kernel has taken the {result} bytes, and sends them. When somebody reads them, "
              "{who} does not learn.",
              "{call} は {result} を返しました。カーネルが {result} バイトを受け取り、送り出します。いつ読まれるかは、"
              "{who}にはわかりません。"),
    "arrives": ("{bytes} bytes have arrived. {Who} keeps them in the socket's receive buffer, until a program reads them.",
                "{bytes} バイトが届きました。プログラムが読むまで、{who}がソケットの受信バッファーに入れておきます。"),
    "read": ("{call} returns {result}: {who} has taken {result} bytes out of the receive buffer.",
             "{call} は {result} を返しました。{who}が受信バッファーから {result} バイトを読み取りました。"),
    "read-end": ("{call} returns 0, end of file: the other side has closed, and nothing more will come. No error.",
                 "{call} は 0 を返しました。相手側が閉じ、もう何も届かないという意味で、ファイルの終わり（EOF）です。"
                 "エラーではありません。"),
    "shared": ("{Who} closes descriptor {fd}. Another program holds the same socket, so nothing is sent.",
               "{who}がディスクリプター {fd} を閉じました。同じソケットをほかのプログラムも開いているので、"
               "相手には何も送られません。"),
    "close": ("{Who} closes descriptor {fd}.", "{who}がディスクリプター {fd} を閉じました。"),
    "fin-arrives": ("FIN has arrived. {Who} notes: after what is in the buffer, the end (CLOSE-WAIT). The other end now "
                    "waits to be closed in return (FIN-WAIT-2).",
                    "FIN が届きました。{who}は、受信バッファーの中身の後にはもう何も来ないと記録します（CLOSE-WAIT）。"
                    "先に閉じた側は、こちらが閉じるのを待ちます（FIN-WAIT-2）。"),
    "time-wait": ("Both sides have closed. {Who}, whose side closed first, keeps its end for 60 seconds: TIME-WAIT, so that "
                  "no stray packet ends up in a new connection.",
                  "両側が閉じました。先に閉じた側の{who}は、ソケットを 60 秒間 TIME-WAIT で残します。遅れて届いたパケットが"
                  "新しい接続に紛れ込まないようにするためです。"),
    "resets": ("{Who} breaks the connection off, with RST.", "{who}が RST を送り、接続を強制的に切断しました。"),
    "shutdown": ("{Who} will send nothing more on descriptor {fd}: its kernel sends FIN.",
                 "{who}はディスクリプター {fd} からの送信を終えました。カーネルが FIN を送ります。"),
    "clone": ("{Who} makes a child process, which gets a copy of all its descriptors.",
              "{who}が子プロセスを作りました。ディスクリプターはすべてコピーされます。"),
    "thread": ("{Who} starts a thread. It shares all descriptors.",
               "{who}がスレッドを起動しました。ディスクリプターはすべて共有されます。"),
    "exit_group": ("{Who} ends, with exit status {status}. What it still held, the kernel closes.",
                   "{who}が終了ステータス {status} で終わりました。開いたままだったものは、カーネルが閉じます。"),
    "killed": ("{Who} is {status}. What it still held, the kernel closes.",
               "{who}はシグナルで強制終了しました（{status}）。開いたままだったものは、カーネルが閉じます。"),
    "again": ("{call} has nothing to give yet (EAGAIN), and was told not to wait.",
              "{call} はまだ渡せるものがなく（EAGAIN）、待たない設定なのですぐに戻りました。"),
    "failed": ("{call} fails: {error}.", "{call} は失敗しました。エラーは {error} です。"),
    "waits": ("{Who} waits in {call}.", "{who}は {call} で待ちます。"),
    "other": ("{Who} calls {call}.", "{who}が {call} を呼びました。"),
}

NO_SOCKET = {"en": "The program has ended, and has asked the kernel for no socket.",
             "ja": "プログラムは終了しました。ソケットは一度も要求していません。"}


def language():
    """The reader's language: "ja" or "en", from WORKSHOP_LANG, else from LANG."""
    wanted = os.environ.get("WORKSHOP_LANG") or os.environ.get("LANG", "")
    return "ja" if wanted.startswith("ja") else "en"


def pattern(key, facts):
    """The pair of sentences for what happened."""
    if key == "waits":
        return WAITS.get(facts.get("name"), SAYS["waits"])
    if key == "close":
        return SAYS["shared"] if facts.get("shared") else CLOSES.get(facts.get("socket"), SAYS["close"])
    if key == "setsockopt" and facts.get("option") == "SO_REUSEADDR":
        return SAYS["reuse"]
    if key == "bind" and str(facts.get("address")).startswith("0.0.0.0:"):
        return SAYS["anywhere"]
    if key == "failed" and facts.get("error") == "EAGAIN":
        return SAYS["again"]
    if key == "exit_group" and "killed" in str(facts.get("status")):
        return SAYS["killed"]
    return SAYS.get(key, SAYS["other"])


def known(moment):
    """Is there more to say of it than its name?"""
    return pattern(moment["key"], moment["facts"]) is not SAYS["other"]


def sentence(moment):
    """{"en": ..., "ja": ...}: what just happened, and who did it."""
    facts = dict(moment["facts"])
    english, japanese = WHO.get(moment["who"], WHO["child"])
    if "address" in facts:
        facts["port"] = facts["address"].rpartition(":")[2]
    en, ja = pattern(moment["key"], facts)
    facts.setdefault("call", moment["key"])
    return {"en": en.format(who=english, Who=english[0].upper() + english[1:], **facts),
            "ja": ja.format(who=japanese, **facts)}
