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
    "Each client has a process of its own: whoever is silent keeps nobody else waiting.":
        "クライアントごとにプロセスを作ります。黙っているクライアントがいても、ほかは待たされません。",
    "Each client has a thread of its own: cheaper than a process, and with the descriptors of all.":
        "クライアントごとにスレッドを作ります。プロセスより軽く、ディスクリプターは全員で共有します。",
    "One thread for all clients: it waits for whoever is ready, and gives each ten seconds.":
        "ひとつのスレッドで全員に応答します。準備のできたものを待ち、持ち時間はそれぞれ 10 秒です。",
    "memmem": "memmem のため",
    "memmem, accept4": "memmem と accept4 のため",
    "that a request may be": "リクエストの長さの上限",
    "What a request is told; nothing (NULL) until the blank line has come that ends it.":
        "リクエストへの応答を返す。終わりを示す空行がまだ届いていなければ NULL。",
    "A request comes in as many pieces as the network likes.": "リクエストがいくつに分かれて届くかは、ネットワークしだい。",
    "it has gone": "もういない",
    "To close with bytes unread would reset the connection, and the client might lose its reply:":
        "読んでいないバイトを残して閉じると接続はリセットされ、応答が失われることもある。そこで",
    "say that this was all, and read until the client closes too, but for two seconds at most.":
        "これで全部だと伝え、クライアントも閉じるまで読み捨てる。ただし長くても 2 秒。",
    "else each child would stay as a zombie when it has ended":
        "これがないと、終了した子プロセスがゾンビとして残る",
    "else it would keep the port when the server has ended":
        "これがないと、サーバーが終了しても子プロセスがポートを使い続ける",
    "The child has its own copy: the connection ends when both are closed.":
        "子プロセスは自分のコピーを持っている。両方が閉じられると、接続が終わる。",
    "A thread for one client. Its argument is no pointer, but the number of the descriptor itself.":
        "クライアントひとつを受け持つスレッド。引数はポインターではなく、ディスクリプターの番号そのもの。",
    "nobody waits for its end": "終了を待つスレッドはない",
    "of its request so far": "届いたリクエストの長さ",
    "what it has still to be told; NULL until its request has ended":
        "まだ送っていない応答。リクエストが終わるまでは NULL",
    "when it came; 0: there is no such client": "接続した時刻。0 なら、そのクライアントはいない",
    "the index is the descriptor": "添字はディスクリプター",
    "costs memory only where something is written": "書き込まれたところだけメモリーを使う",
    "Does for a client what needs no waiting. Returns 0, or -1, if its connection is to be closed.":
        "待たずにできることだけをする。接続を閉じるべきなら 0 か -1 を返す。",
    "no descriptor free, say: whoever has been here longer must go":
        "たとえばディスクリプターの空きがないとき。それより長くいるクライアントの接続を切る",
    "its time is up; epoll tells us of its end": "時間切れ。接続の終わりは epoll が通知する",
}


def in_japanese(text):
    """The text, C or a diff of it, with the comments that we know in Japanese."""
    known = lambda comment: comment[1] + COMMENTS.get(comment[2], comment[2])  # noqa: E731
    return re.sub(r"(// +)(\S.*)$", known, text, flags=re.M)


if __name__ == "__main__":
    sys.stdout.write(in_japanese(sys.stdin.read()))
