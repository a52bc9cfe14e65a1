"""The fifth call: write, to the right place and at the right time; what becomes of a failed one."""

import re

from ..rule import facts, mistake
from ..seen import both, client, doing
from ..sockets import ACCEPTS, READS, WRITES
from .source import IF_WRITE, REPLY, WRITE

TEXT = '= "hello world"'

# --- a client got something else ----------------------------------------------------------------


def garbled(name, hint, edit, wrong, en, ja):
    """Adds the mistake of a text that is wrong in a way: a function of the text and the reply."""

    def got(e):
        text = e.victim.data if e.victim and not e.left_out else b""
        if not text or e.reply in text and e.victim.request or not wrong(text, e.reply):
            return None
        call = next((w for w in e.texts if w.socket in e.connected), None)
        return text != e.reply and facts(call, [client(e, e.victim)], size=len(text))

    mistake(name, hint, edit, got, en, ja)


garbled("write/http", "step06", ((TEXT, '= "HTTP/1.0 200 OK\\r\\n\\r\\nhello world"'),),
        lambda text, reply: text.startswith(b"HTTP/"),
        "This is HTTP, and that is step06. The five steps want the bare text.",
        "これは HTTP で、step06 の内容です。5 つのステップでは文字列だけを送ります。")
garbled("write/terminator", "send-reply",
        ((WRITE, "write(connected_fd, reply, sizeof reply)"),),
        lambda text, reply: text == reply + b"\0",
        "One byte too many: the \\0 that ends a C string was sent too.",
        "1 バイト余分です。C の文字列の終端のヌルバイト \\0 まで送っています。")
garbled("write/newline", "send-reply", ((TEXT, '= "hello world\\n"'),),
        lambda text, reply: text in (reply + b"\n", reply + b"\r\n"),
        "A line end was added: {size} bytes in place of {count}. Clients print one themselves.",
        "改行が加わり、{count} バイトではなく {size} バイトになっています。改行はクライアントが表示します。")
garbled("write/pointer-size", "send-reply",
        (("const char reply[] =", "const char *reply ="),
         (WRITE, "write(connected_fd, reply, sizeof reply)")),
        lambda text, reply: len(text) in (4, 8) and reply.startswith(text),
        "Only {size} bytes were sent: the size of a pointer, which is what sizeof measures here.",
        "先頭の {size} バイトだけが送られました。これはポインターの大きさで、sizeof が返すのはこちらです。")
garbled("write/other-text", "send-reply", ((TEXT, '= "hello world!"'),),
        lambda text, reply: True, "Another text was sent.", "別の文字列が送られました。")



def no_length(e, call):
    """Was this call to the connection given a comparison as its length?"""
    inside = r"\b(write|send)\([^;]*(strlen\(\w*\)|\d|\bsizeof \w+) *(==|<|!=) *-?\d"
    return call.socket in e.connected and call.value == 0 and re.search(inside, e.source_text)


mistake("write/bracket", "send-reply",
        ((f"({WRITE} == -1)", f"({WRITE[:-1]} == -1))"),),
        lambda e: e.empty_handed and next((w for w in e.calls(*WRITES) if no_length(e, w)), None),
        "The length is 0: == -1 stands within the brackets of {name}, so its result, 0 (not "
        "equal), is the length.",
        "長さが 0 です。== -1 が {name} の括弧の中にあるので、比較の結果の 0 (等しくない) が長さになっています。")
mistake("write/elsewhere", "send-reply",
        ((WRITE, WRITE.replace("connected_fd", "1")),),
        lambda e: e.empty_handed and next((w for w in e.texts if w.socket not in e.connected), 0),
        "The text went to descriptor {number}, which is not the connection, or no longer.",
        "書き込み先のディスクリプター {number} は、接続ではないか、すでに閉じられています。")

# --- a client broke off, and the program ended of it --------------------------------------------


def died_of(e):
    """The call on the connection of a client that had broken off which failed, and after which the
    program ended, without turning to the next client; or None."""
    for call in reversed(e.trace.calls) if e.ended else ():
        if call.name in ACCEPTS and (call.new_socket or call.error in ("EINTR", "ERESTARTSYS")):
            return None
        if call.name in WRITES + READS and call.error in ("EPIPE", "ECONNRESET", "ENOTCONN"):
            return call if call.socket else None
    return None


def died(e, killed):
    """The facts, where the program ended of that: killed by SIGPIPE, or by itself."""
    call = died_of(e)
    itself = call and not killed and e.ended_by(call)
    so = call and (itself or killed and e.killed_by == "SIGPIPE")
    return so and facts(call, [call.text, *doing(e)[-1:]])


mistake("write/no-sigpipe", "ignore-sigpipe", (("    signal(SIGPIPE, SIG_IGN);...\n", ""),),
        lambda e: died(e, True),
        "The client had gone: to write to it raised SIGPIPE, which the program does not ignore.",
        "クライアントが接続をリセットしていました。そこに書き込むと SIGPIPE が発生し、無視していなければ"
        "プログラムは終了します。")
mistake("write/failure-ends", "go-on",
        ((IF_WRITE, IF_WRITE.replace('perror("write")', "return 1")),),
        lambda e: died(e, False),
        "The client had gone, so {name} failed with {error}, and the program ended because of it.",
        "クライアントが接続をリセットしていたので {name} が {error} で失敗し、プログラムはそのために終了しました。")

# --- the first client got nothing: where did the text go? ----------------------------------------


def waits_for_more(e):
    reads = e.reads() if e.empty_handed and e.victim.request and not e.victim.end else []
    return reads and facts(reads[-1], both(e))


def nothing_written(e):
    """Has a client got nothing, and no call sent it a byte? The call that sent none, or True."""
    sent = [w for w in e.calls(*WRITES) if w.socket in e.connected]
    certain = e.empty_handed and (e.victim.end or e.quiet) and all(w.value < 1 for w in sent)
    return certain and (sent[-1] if sent else not e.texts)


def buffered(e):
    stream = re.search(r"fdopen|makefile(?=\()|PrintWriter|Buffered(Writer|OutputStream)|BufWriter"
                       r"|bufio\.NewWriter", e.source_text)
    return stream and nothing_written(e) and facts(seen=both(e), stream=stream[0])


mistake("write/waits-for-more", "step06",
        ((REPLY, "        char request[99];\n        while (read(connected_fd, request, 99) > 0)\n"
          "            continue;\n" + REPLY),), waits_for_more,
        "The server waits for more than the client sends: a whole request, which it has got.",
        "クライアントが送る以上のデータを待っています。リクエスト全体を受け取っても、応答しませんでした。")
mistake("write/buffered", "flush",
        ((IF_WRITE, '        fprintf(fdopen(connected_fd, "w"), "%s", reply);\n'),), buffered,
        "Nothing was written to the connection: {stream} keeps it in a buffer until a flush.",
        "接続には何も書き込まれていません。{stream} は、書き出すまで出力をバッファーにためます。")
