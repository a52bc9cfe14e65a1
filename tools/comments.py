"""The comments in our C, in Japanese, for whatever shows that C to a Japanese reader. As a program: copies
standard input so."""

import re
import sys

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
        "これがないと、閉じられた接続に書き込んだとき、サーバーが終了する",
    'A request is read to its end, and answered in HTTP: curl and a browser show "hello world".':
        "リクエストを最後まで読み、HTTP で応答します。curl とブラウザーに hello world と表示されます。",
    "The path of a request names a file in beyond/public: a browser shows a page with a picture.":
        "リクエストのパスが beyond/public のファイルを指します。ブラウザーに、画像のあるページが表示されます。",
    "Each client has a process of its own: whoever is silent keeps nobody else waiting.":
        "クライアントごとにプロセスを作ります。何も送らないクライアントがあっても、ほかは待たされません。",
    "Each client has a thread of its own: cheaper than a process, and with the descriptors of all.":
        "クライアントごとにスレッドを作ります。プロセスより軽く、ディスクリプターはすべて共有します。",
    "One thread for all clients: it waits in epoll_wait for whoever is ready, and nowhere else.":
        "ひとつのスレッドがすべてのクライアントに応答します。待つのは epoll_wait の中だけです。",
    "A client that gets no further for ten seconds is shown the door, however often it sends a byte.":
        "10 秒間進まないクライアントは、1 バイトずつ送り続けていても切断します。",
    "memmem": "memmem のため",
    "accept4, memmem": "accept4 と memmem のため",
    "bytes that a request may have": "リクエストの長さの上限（バイト）",
    "Reports a call that has failed. Returns what the call returned.":
        "失敗した呼び出しを報告する。呼び出しの戻り値をそのまま返す。",
    "Returns the reply to a request.": "リクエストへの応答を返す。",
    "Returns the head of the reply to a request. Opens the file that follows it, and sets its size.":
        "リクエストへの応答のヘッダーを返す。続いて送るファイルを開き、その大きさを設定する。",
    "What a browser is to take a file for, by the ending of its name.":
        "ブラウザーがファイルを何として扱うかを、名前の拡張子で決める。",
    "Without a slash, and with no link followed, no name leads out of the folder.":
        "名前にスラッシュがなく、リンクもたどらなければ、フォルダーの外には出られない。",
    "HEAD asks for the head only": "HEAD が求めるのはヘッダーだけ",
    "The reply takes the place of the request.": "応答はリクエストのあった場所に書く。",
    "A request comes in as many pieces as the network likes. A blank line ends it.":
        "リクエストがいくつに分かれて届くかは、ネットワークしだい。空行で終わる。",
    "an error, or the client has gone": "エラーか、クライアントが閉じた",
    "no file without its head": "ヘッダーなしでファイルは送らない",
    "To close with bytes unread would reset the connection, and the client might lose its reply:":
        "読んでいないバイトを残して閉じると接続はリセットされ、応答が失われることもある。そこで",
    "say that this was all, and read until the client closes too, or says nothing for two seconds.":
        "これで全部だと伝え、クライアントも閉じるか、2 秒間何も送らなくなるまで読み捨てる。",
    "Without SO_REUSEADDR, bind fails for a minute after this port has served somebody.":
        "SO_REUSEADDR がないと、このポートで接続を閉じてから 1 分間、bind が失敗する。",
    "on 0.0.0.0": "アドレスは 0.0.0.0",
    "else each child would stay as a zombie when it has ended": "これがないと、終了した子プロセスがゾンビとして残る",
    "else it would keep the port when the server has ended": "これがないと、サーバーが終了しても子プロセスがポートを使い続ける",
    "The child has its own copy: the connection ends when both are closed.":
        "子プロセスは自分のコピーを持っている。両方が閉じられると、接続が終わる。",
    "What a thread does. Its argument is no pointer, but the number of the descriptor itself.":
        "スレッドがすること。引数はポインターではなく、ディスクリプターの番号そのもの。",
    "nobody waits for its end": "終了を待つスレッドはない",
    "of the request so far": "これまでに届いたリクエストの長さ",
    "the file that follows the head of the reply, or -1": "応答のヘッダーに続いて送るファイル。なければ -1",
    "how many bytes of it are still to be sent": "そのうち、まだ送っていないバイト数",
    "the row of a client is its descriptor": "添字はクライアントのディスクリプター",
    "takes memory only where bytes have come": "バイトが届いたところだけメモリーを使う",
    "Says what to wait for: of a descriptor that is new to epoll (ADD), or is not (MOD).":
        "何を待つかを epoll に伝える。新しいディスクリプターは ADD、そうでなければ MOD。",
    "Does for a client what needs no waiting. Returns -1 when its connection is to be closed.":
        "クライアントのために、待たずにできることだけをする。接続を閉じるべきなら -1 を返す。",
    "there was no room for more": "それ以上の空きがなかった",
    "ENDING: whatever still comes is thrown away": "ENDING: まだ届くものは読み捨てる",
    "a signal has come": "シグナルが届いた",
    "its neighbours in the queue": "キューの前後のクライアント",
    "the second in which its time is up": "期限の時刻（秒）",
    "its neighbours: the first and the last whose time will be up":
        "前後は、期限が最初に来るクライアントと最後に来るクライアント",
    "on a clock that nobody can set": "だれも設定し直せない時計で測る",
    "the second in which accept4 failed; 0: it did not": "accept4 が失敗した時刻（秒）。0 なら失敗していない",
    "Gives a client ten seconds from now: the first in the queue is the first whose time is up.":
        "クライアントの期限を今から 10 秒後にする。キューの先頭は、期限が最初に来るクライアント。",
    "no descriptor free, say": "たとえばディスクリプターの空きがないとき",
    "there is nobody in it": "まだ空のキュー",
}


def in_japanese(text):
    """The text, C or a diff of it, with the comments that we know in Japanese."""
    known = lambda comment: comment[1] + COMMENTS.get(comment[2], comment[2])  # noqa: E731
    return re.sub(r"(// +)(\S.*)$", known, text, flags=re.M)


if __name__ == "__main__":
    sys.stdout.write(in_japanese(sys.stdin.read()))
