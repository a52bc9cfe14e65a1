"""The mistakes of step06: one client at a time. As in the rule book of the five, but found by what the visit saw."""

from ..rule import Book, Facts
from .said import got

READ = Book(6)
ANSWERS = ("plain", "pieces", "wrong", "long", "after", "beside", "crowd")


def on(*names):
    """Decorates a rule that looks at one answer: it is given the first of these that is there; Facts if it is true."""

    def decorate(rule):
        def when(e):
            for name in names:
                answer = getattr(e.visit, name)
                if answer is not None and rule(e, answer):
                    return Facts(seen=[got(name, answer)])
            return None

        return when

    return decorate


@READ.mistake("read/server-ends", "keep-serving",
    edits=((6, (('"HTTP/1.0 431 Request Header Fields Too Large\\r\\n\\r\\n"', "(_exit(1), NULL)"),)),),
    en="The server has ended: one request must not do that.",
    ja="サーバーが終了しました。ひとつのリクエストで終了してはいけません。")
def server_ends(e):
    last = [name for name in ANSWERS if getattr(e.visit, name)][-1:]
    return e.ended and Facts(seen=[*(got(name, getattr(e.visit, name)) for name in last), *e.doing])


@READ.mistake("read/not-http", "status-line",
    edits=((6, (('"HTTP/1.0 200 OK\\r\\nContent-Length: 11\\r\\n\\r\\nhello', '"hello'),)),),
    en="The answer does not begin with HTTP/1.0 and a status: curl and browsers refuse it.",
    ja="応答が HTTP/1.0 とステータスで始まっていません。curl やブラウザーは受け付けません。")
@on("plain")
def not_http(e, answer):
    return answer.data and answer.status is None


@READ.mistake("read/no-blank-line", "blank-line", edits=((6, (("11\\r\\n\\r\\nhello", "11\\r\\nhello"),)),),
    en="No blank line ends the answer's headers: what follows is taken for one of them.",
    ja="応答のヘッダーが空行で終わっていません。続くものもヘッダーとみなされます。")
@on("plain")
def no_blank_line(e, answer):
    return answer.status and not answer.blank


@READ.mistake("read/no-length-no-end", "say-length",
    edits=((6,
            (("Content-Length: 11\\r\\n", ""),
             ("    if (shutdown(connected_fd, SHUT_WR) == -1)\n...    if (close(connected_fd) == -1)\n"
              '        perror("close");\n', "    (void)unread;\n    (void)end;\n"))),),
    en="The answer says no Content-Length, and the connection is not closed: the client cannot know that this was "
       "all.",
    ja="応答に Content-Length がなく、接続も閉じられません。クライアントには、これで全部かどうかわかりません。")
@on("plain")
def no_length_no_end(e, answer):
    return answer.status and answer.end == "open" and answer.length is None


@READ.mistake("read/wrong-length", "count-bytes",
    edits=((6, (("Content-Length: 11", "Content-Length: 12"),)), (6, (("Content-Length: 11", "Content-Length: 10"),))),
    en="Content-Length and the number of bytes that follow the blank line differ.",
    ja="Content-Length と、空行に続くバイト数が一致しません。")
@on("plain")
def wrong_length(e, answer):
    return answer.blank and answer.length is not None and answer.length != len(answer.body)


@READ.mistake("read/other-answer", "answer-200",
    edits=((6, (("11\\r\\n\\r\\nhello world", "11\\r\\n\\r\\nHello World"),)),
           (6, (('"GET /", 5) != 0', '"GET /", 5) == 0'),))),
    en="A right request gets another answer than status 200 and hello world.",
    ja="正しいリクエストに、ステータス 200 と hello world 以外の応答をしています。")
@on("plain")
def other_answer(e, answer):
    return answer.status and (answer.status != 200 or answer.body != e.visit.reply)


@READ.mistake("read/no-answer", "answer-200",
    edits=((6, (("reply != NULL && write(connected_fd, reply, strlen(reply)) == -1", "0"),)),),
    en="The request is not answered.",
    ja="リクエストに応答していません。")
@on("plain")
def no_answer(e, answer):
    return not answer.data


@READ.mistake("read/one-read", "read-on",
    edits=((6, (('memmem(request, length, "\\r\\n\\r\\n", 4) == NULL', "length == 0"),)),),
    en="One read is taken for the whole request. It comes in as many pieces as the network likes.",
    ja="1 回の read をリクエスト全体とみなしています。リクエストがいくつに分かれて届くかは、ネットワークしだいです。")
def one_read(e):
    answer = e.visit.pieces
    if answer is None or answer.right(e.visit.reply) and not e.visit.early:
        return None
    return Facts(seen=[got("early", answer, e.visit.early) if e.visit.early else got("pieces", answer)])


@READ.mistake("read/takes-anything", "refuse-400", edits=((6, (('strncmp(request, "GET /", 5) != 0', "0"),)),),
    en="HELLO is no request of HTTP, and is not refused.",
    ja="HELLO は HTTP のリクエストではないのに、拒否していません。")
@on("wrong")
def takes_anything(e, answer):
    return not answer.refusal


@READ.mistake("read/no-limit", "limit-request", edits=((6, (("LONGEST = 8192", "LONGEST = 1000000"),)),),
    en="A request without an end is read for ever.",
    ja="終わりのないリクエストを、いつまでも読み続けます。")
@on("long")
def no_limit(e, answer):
    return answer.end == "open" and not answer.data


@READ.mistake("read/resets", "read-to-end",
    edits=((6,
            (("    if (shutdown(connected_fd, SHUT_WR) == -1)\n...time(NULL) < end)\n        ;\n",
              "    (void)unread;\n    (void)end;\n    (void)second;\n"),)),),
    en="The connection is closed with bytes unread, so the kernel resets it, and the client may lose its answer.",
    ja="読んでいないバイトを残して接続を閉じたため、カーネルがリセットを送りました。クライアントは応答を失うことがあります。")
@on("long", "wrong")
def resets(e, answer):
    return answer.end == "reset" or not answer.refusal


@READ.mistake("read/only-once", "keep-serving",
    edits=((6,
            (("        serve(connected_fd);\n",
              "        static int served;\n        if (++served > 4)\n            pause();\n"
              "        serve(connected_fd);\n"),)),),
    en="The next request is not answered.",
    ja="次のリクエストに応答していません。")
@on("after")
def only_once(e, answer):
    return not answer.right(e.visit.reply)
