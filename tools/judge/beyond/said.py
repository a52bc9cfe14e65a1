"""What is expected of steps 06 to 09, and what was seen, in both languages."""

from words import Said, Words

from ..texts.told import show

EXPECTED = {
    6: Words("every request is read to its blank line, and answered in HTTP; a wrong one with 400, a long one with 431",
             "リクエストを空行まで読み、HTTP で応答する。正しくないものには 400、長すぎるものには 431"),
    7: Words("a hundred silent clients keep nobody waiting, and leave nothing behind",
             "黙っているクライアントが 100 あっても、ほかのクライアントは待たされず、あとに何も残らない"),
    8: Words("a silent client costs no process", "黙っているクライアントのためにプロセスを使わない"),
    9: Words("a silent client costs no thread either, and is let go after ten seconds",
             "黙っているクライアントのためにスレッドも使わず、10 秒たったら切る"),
}
SAW = {
    "got": Words("{what}: got {data}, then {end}", "{what}: {data} を受信、そのあと{end}"),
    "closed": Words("the end", "接続が閉じられた"),
    "reset": Words("a reset", "リセットされた"),
    "open": Words("no more, and the connection stays open", "何も届かず、接続は開いたまま"),
    "refused": Words("(it was refused)", "(接続を拒否された)"),
    "count": Words("{count} more {what}", "{what}が {count} 増えた"),
    "plain": Words("a request", "リクエスト"),
    "pieces": Words("a request in four pieces", "4 つに分けたリクエスト"),
    "early": Words("after three of four pieces", "4 つのうち 3 つまで送ったところ"),
    "wrong": Words("HELLO", "HELLO"),
    "long": Words("a request of 200,000 bytes without an end", "200,000 バイトの、終わりのないリクエスト"),
    "after": Words("the next request", "次のリクエスト"),
    "beside": Words("a request beside one silent client", "黙っているクライアントが 1 つあるときのリクエスト"),
    "crowd": Words("a request beside a hundred silent clients", "黙っているクライアントが 100 あるときのリクエスト"),
    "processes": Words("processes", "プロセス"),
    "zombies": Words("zombies", "ゾンビ"),
    "threads": Words("threads", "スレッド"),
    "descriptors": Words("descriptors", "ディスクリプター"),
    "seconds": Words("a silent client was let go after {seconds:.0f} seconds", "黙っているクライアントが {seconds:.0f} 秒で切られた"),
    "no-limit": Words("a silent client was still there after {seconds:.0f} seconds",
                      "黙っているクライアントが {seconds:.0f} 秒たっても切られていない"),
    "busy": Words("more than a hundred system calls a second while nothing happens",
                  "何も起きていないのに、1 秒に 100 回を超えるシステムコール"),
}


def saw(name, **facts):
    return Said(SAW[name], **facts)


def got(what, answer, data=None):
    """What a client saw of an answer."""
    shown = show(answer.data if data is None else data)
    return saw("got", what=saw(what), data=shown, end=saw(answer.end))
