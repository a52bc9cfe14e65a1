"""The fifth call: write, to the right place and at the right time; and what becomes of a failed one."""

import re

from ..rule import Chapter, facts
from ..seen import both, client, doing
from ..sockets import ACCEPTS, READS, WRITES
from .source import CLOSE, IF_WRITE, REPLY, SIGPIPE, WRITE

chapter = Chapter("write")
mistake = chapter.mistake

# --- a client got something else ----------------------------------------------------------------


def got(e, wrong):
    """The write that sent a text, to the first client in trouble, that is wrong in this way; or None."""
    text = e.victim.data if e.victim and not e.left_out and not e.victim.request else b""
    if not text or text == e.reply or not wrong(text, e.reply):
        return None
    call = next((w for w in e.texts if w.socket in e.connected), None)
    return facts(call, [client(e, e.victim)], size=len(text), times=len(text) // len(e.reply))


def garbled(name, wrong, en, ja, hint, edit=None):
    """Adds the mistake of a text that is wrong in this way: a function of the text and the reply."""
    mistake(name, edit, lambda e: got(e, wrong), en, ja, hint)


garbled("write/repeated", lambda t, r: len(t) >= 2 * len(r) and (r * (len(t) // len(r) + 1)).startswith(t),
    "The text was sent {times} times to one client.",
    "1 つのクライアントに同じ文字列が {times} 回送られました。", "send-reply",
    ((IF_WRITE, "        while (" + WRITE + " != -1)\n            continue;\n"),))
garbled("write/terminator", lambda t, r: t == r + b"\0",
    "One byte too many: the \\0 that ends a C string was sent too. That is strlen + 1, or sizeof the "
    "array.",
    "1 バイト余分です。C の文字列の終端のヌルバイト \\0 まで送っています。strlen + 1 や、配列の sizeof を渡すと"
    "こうなります。", "text-length", ((WRITE, "write(connected_fd, reply, sizeof reply)"),))
garbled("write/newline", lambda t, r: t in (r + b"\n", r + b"\r\n"),
    "A line end was added: {size} bytes in place of {count}. Clients print one themselves.",
    "改行が加わり、{count} バイトではなく {size} バイトになっています。改行はクライアントが表示します。", "send-reply",
    (('= "hello world"', '= "hello world\\n"'),))
garbled("write/buffer", lambda t, r: t.startswith(r + b"\0"),
    "{size} bytes were sent: the text, and memory behind it. The length has to be the text's, not the "
    "buffer's.",
    "文字列だけでなく、その後ろのメモリーの内容まで、合わせて {size} バイト送られました。バッファーの大きさではなく、"
    "文字列の長さを渡します。", "text-length",
    (("const char reply[] =", "const char reply[64] ="), (WRITE, "write(connected_fd, reply, sizeof reply)")))
garbled("write/pointer-size", lambda t, r: len(t) in (4, 8) and r.startswith(t),
    "Only the first {size} bytes were sent. That is the size of a pointer: sizeof a char * measures the "
    "pointer, not the text.",
    "先頭の {size} バイトだけが送られました。これはポインターの大きさです。char * の sizeof は、文字列ではなく"
    "ポインターの大きさになります。", "text-length",
    (("const char reply[] =", "const char *reply ="), (WRITE, "write(connected_fd, reply, sizeof reply)")))
garbled("write/cut", lambda t, r: r.startswith(t),
    "Only the first {size} bytes were sent.",
    "先頭の {size} バイトだけが送られました。", "text-length")
garbled("write/http", lambda t, r: t.startswith(b"HTTP/"),
    "This is an HTTP response, sent before any request came; the clients of these steps speak no HTTP "
    "and expect the bare text.",
    "リクエストを待たずに HTTP のレスポンスが送られました。このステップのクライアントは HTTP を使わず、文字列だけを"
    "受け取ります。", "send-reply step06", (('= "hello world"', '= "HTTP/1.0 200 OK\\r\\n\\r\\nhello world"'),))
garbled("write/other-text", lambda t, r: True,
    "Another text was sent.", "別の文字列が送られました。", "send-reply",
    (('= "hello world"', '= "hello world!"'),))


def web(e):
    """A victim that has asked for something, and got HTTP without the reply in it."""
    asked = e.victim and not e.left_out and e.victim.request and e.reply not in e.victim.data
    return asked and e.victim.data.startswith(b"HTTP/") and facts(seen=[client(e, e.victim)])


mistake("write/web", None, web,
    'This is an HTTP server, and it answers with another text than "{reply}".',
    'これは HTTP サーバーで、"{reply}" とは別の内容を返しています。', "send-reply step06")

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


def to_listener(e):
    server, died = e.server and e.server.new_socket, died_of(e)
    if died and died.socket == server:
        return died
    return e.empty_handed and next((w for w in e.texts if w.socket == server), None)


mistake("write/to-listener", ((WRITE, WRITE.replace("connected_fd", "listening_fd")),), to_listener,
    "Descriptor {number} is the listening socket. It has no peer, so nothing can be written to it; "
    "accept returned another descriptor, for this client.",
    "ディスクリプター {number} は接続待ちソケットです。通信相手がないので、ここには書き込めません。accept が返した、"
    "接続済みソケットのディスクリプターに書き込みます。",
    "write-to-accepted")


def sigpipe(e):
    call = e.killed_by == "SIGPIPE" and died_of(e)
    return call and facts(call, [call.text, *doing(e)[-1:]])


mistake("write/no-sigpipe", ((SIGPIPE, ""),), sigpipe,
    "The client had reset the connection. Writing to it raised SIGPIPE, which ends a program that does "
    "not ignore it.",
    "クライアントが接続をリセットしていました。そこに書き込むと SIGPIPE が発生し、無視していなければプログラムは終了します。",
    "ignore-sigpipe", expected="no-harm")


def failure_ends(e):
    call = died_of(e)
    ended = call and e.ended_by(call) and not e.ends_anyway
    return ended and facts(call, [call.text, *doing(e)[-1:]])


mistake("write/failure-ends", ((IF_WRITE, IF_WRITE.replace('perror("write")', "return 1")),), failure_ends,
    "The client had reset the connection, so that {name} failed with {error}, and the program ended "
    "because of that.",
    "クライアントが接続をリセットしていたので {name} が {error} で失敗し、プログラムはそのために終了しました。",
    "go-on", expected="no-harm")
mistake("write/never-gives-up",
    ((IF_WRITE, IF_WRITE.replace("if", "while").replace('perror("write")', "continue")),),
    lambda e: e.spin and e.spin.name in WRITES and e.spin.socket and facts(e.spin, doing(e)),
    "write fails with {error}, and the loop around it goes on: no other client is served.",
    "write が {error} で失敗し続け、そのループから抜けません。ほかのクライアントには応答できません。",
    "go-on")

# --- the first client got nothing: where did the text go? ----------------------------------------


def written(e, *errors):
    """The calls that tried to send the text while a client got nothing, with one of these errors."""
    return [w for w in e.texts if w.error in errors] if e.empty_handed else []


mistake("write/after-close",
    ((IF_WRITE + "\n" + CLOSE, CLOSE + IF_WRITE),),
    lambda e: next(iter(written(e, "EBADF")), None),
    "Descriptor {number} was not open at that moment: it was closed before the write, or it is not the "
    "one that accept returned.",
    "そのときディスクリプター {number} は開いていません。書き込む前に閉じたか、accept が返したものではありません。",
    "write-first")
mistake("write/elsewhere", ((WRITE, WRITE.replace("connected_fd", "1")),),
    lambda e: next((w for w in written(e, None, "ENOTSOCK") if w.socket not in e.connected), None),
    "The text went to descriptor {number}, which is not the connection.",
    "文字列はディスクリプター {number} に書き込まれましたが、これは接続ではありません。",
    "write-to-accepted")


def no_bytes(e):
    empty = [w for w in e.calls(*WRITES) if w.socket in e.connected and w.value == 0]
    return e.empty_handed and empty and empty[-1]


mistake("write/no-bytes", ((WRITE, "send(connected_fd, reply, 0, strlen(reply))"),), no_bytes,
    "The call asks to send 0 bytes.",
    "0 バイトを送るように指定しています。",
    "text-length")
mistake("write/sleeps", ((REPLY, "        sleep(60);\n" + REPLY),),
    lambda e: e.empty_handed and e.sleeping,
    "The client was taken from the queue, and the program sleeps before it answers: everybody behind "
    "waits as well.",
    "接続を取り出したあと、応答する前にスリープしています。後ろのクライアントもすべて待たされます。",
    "no-sleep")


def waits_for_more(e):
    reads = e.reads() if e.empty_handed and e.victim.request and not e.victim.end else []
    return reads and facts(reads[-1], both(e))


mistake("write/waits-for-more",
    ((REPLY, "        char request[4096];\n"
      "        while (read(connected_fd, request, sizeof request) > 0)\n            continue;\n"
      + REPLY),), waits_for_more,
    "The server waits for more than the client sends: it got a whole request (GET / HTTP/1.0 and an "
    "empty line), and did not answer.",
    "クライアントが送る以上のデータを待っています。リクエスト全体 (GET / HTTP/1.0 と空行) を受け取っても、応答しませんでした。",
    "step06")
BUFFERS = r"fdopen|makefile(?=\()|PrintWriter|Buffered(Writer|OutputStream)|bufio\.NewWriter|BufWriter"


def nothing_written(e):
    """Has a client got nothing, and no call tried to send it anything, or to write the text?"""
    sent = [w for w in e.calls(*WRITES) if w.socket in e.connected]
    return e.empty_handed and not sent and not e.texts and (e.victim.end or e.quiet)


def buffered(e):
    stream = re.search(BUFFERS, e.source)
    return stream and nothing_written(e) and facts(seen=both(e), stream=stream[0])


mistake("write/buffered",
    ((IF_WRITE, '        fprintf(fdopen(connected_fd, "w"), "%s", reply);\n'),), buffered,
    "Nothing was written to the connection: {stream} keeps what is printed in a buffer, and the "
    "connection is closed before that is flushed.",
    "接続には何も書き込まれていません。{stream} は出力をバッファーにためます。それが書き出される前に、接続が閉じられています。",
    "flush")

never = Chapter("write")
never.mistake("write/missing", ((IF_WRITE + "\n", ""),),
    lambda e: nothing_written(e) and facts(e.takers[0] if e.takers else None, both(e)),
    "Nothing was written to the connection.",
    "接続に何も書き込まれていません。",
    "send-reply")
