"""The fifth call: the bytes that a client got are not those of the reply."""

from ..rule import Book, Facts
from .source import WRITE

book = Book(step=4, symptom="garbled")


def got(e):
    """The bytes that the first client in trouble got, where they are not the reply's; else nothing."""
    victim = e.victim
    wrong = victim and not e.left_out and victim.data and not victim.request and victim.data != e.reply
    return victim.data if wrong else b""


def seen(e, **parameters):
    """The facts of a wrong text: the write that sent it, and what came of it."""
    write = next((w for w in e.texts if w.socket in e.connected), None)
    return Facts(write, seen=[e.saw(e.troubled)], size=len(got(e)), **parameters)


@book.mistake("write/terminator", "text-length", edits=(((WRITE, "write(connected_fd, reply, sizeof reply)"),),),
    en="One byte too many: the \\0 that ends a C string was sent too. That is strlen + 1, or sizeof the array.",
    ja="1 バイト余分です。C の文字列の終端のヌルバイト \\0 まで送っています。strlen + 1 や、配列の sizeof を渡すとこうなります。")
def terminator(e):
    return got(e) == e.reply + b"\0" and seen(e)


@book.mistake("write/newline", "send-reply", edits=((('= "hello world"', '= "hello world\\n"'),),),
    en="A line end was added: {size} bytes in place of {count}. Clients print one themselves.",
    ja="改行が加わり、{count} バイトではなく {size} バイトになっています。改行はクライアントが表示します。")
def newline(e):
    return got(e) in (e.reply + b"\n", e.reply + b"\r\n") and seen(e)


@book.mistake("write/buffer", "text-length",
    edits=((("const char reply[] =", "const char reply[64] ="), (WRITE, "write(connected_fd, reply, sizeof reply)")),),
    en="{size} bytes were sent: the text, and memory behind it. The length has to be the text's, not the buffer's.",
    ja="{size} バイト送られました。文字列と、その後ろのメモリーです。長さはバッファーではなく文字列のものを渡します。")
def whole_buffer(e):
    return got(e).startswith(e.reply + b"\0") and seen(e)


@book.mistake("write/case", "send-reply", edits=((('= "hello world"', '= "Hello World"'),),),
    en="The letters differ in case.",
    ja="大文字と小文字が違います。")
def case(e):
    text = got(e).strip(b"\0\r\n")
    return text != e.reply and text.lower() == e.reply and seen(e)


@book.mistake("write/around", "send-reply", edits=((('= "hello world"', '= "\\nhello world\\n"'),),),
    en="There are extra bytes around the text.",
    ja="文字列の前後に余分なバイトがあります。")
def around(e):
    return got(e).strip(b"\0\r\n") == e.reply and seen(e)


@book.mistake("write/pointer-size", "text-length",
    edits=((("const char reply[] =", "const char *reply ="), (WRITE, "write(connected_fd, reply, sizeof reply)")),),
    en="Only the first {size} bytes were sent. That is the size of a pointer: sizeof a char * measures the "
       "pointer, not the text.",
    ja="先頭の {size} バイトだけが送られました。これはポインターの大きさです。char * の sizeof は、文字列ではなくポインターの大きさになります。")
def pointer_size(e):
    return len(got(e)) in (4, 8) and e.reply.startswith(got(e)) and seen(e)


@book.mistake("write/cut", "text-length", edits=(((WRITE, "write(connected_fd, reply, strlen(reply) - 1)"),),),
    en="Only the first {size} bytes were sent.",
    ja="先頭の {size} バイトだけが送られました。")
def cut(e):
    return got(e) and e.reply.startswith(got(e)) and seen(e)


@book.mistake("write/wide", "send-reply",
    edits=((('const char reply[] = "hello world"', 'const unsigned short reply[] = u"hello world"'),
            (WRITE, "write(connected_fd, reply, 22)")),),
    en="Every character takes two bytes or more: UTF-16, or an array of wchar_t. The {count} bytes are ASCII, one "
       "for each.",
    ja="1 文字が 2 バイト以上になっています。UTF-16 か wchar_t の配列です。求められているのは ASCII で、1 文字 1 バイトの {count} バイトです。")
def wide(e):
    text = got(e)
    return len(text) >= 2 * len(e.reply) and text.strip(b"\xff\xfe").replace(b"\0", b"") == e.reply and seen(e)


@book.mistake("write/http", "send-reply",
    edits=((('= "hello world"', '= "HTTP/1.0 200 OK\\r\\n\\r\\nhello world"'),),),
    en="This is an HTTP response, sent before any request came; the clients of these steps speak no HTTP and "
       "expect the bare text.",
    ja="リクエストを待たずに HTTP のレスポンスが送られました。このステップのクライアントは HTTP を使わず、文字列だけを受け取ります。")
def http(e):
    return got(e).startswith(b"HTTP/") and seen(e)


@book.mistake("write/repeated", "send-reply",
    edits=((("if (" + WRITE + " == -1)\n            perror",
             "while (" + WRITE + " != -1)\n            continue;\n            perror"),),),
    en="The text was sent {times} times to one client.",
    ja="1 つのクライアントに同じ文字列が {times} 回送られました。")
def repeated(e):
    times = len(got(e)) // len(e.reply)
    return times > 1 and (e.reply * (times + 1)).startswith(got(e)) and seen(e, times=times)


@book.mistake("write/more", "send-reply", edits=((('= "hello world"', '= "hello world!"'),),),
    en="There is more than the text.",
    ja="文字列のほかにも送られたものがあります。")
def more(e):
    return e.reply in got(e) and seen(e)


@book.mistake("write/other-text", "send-reply", edits=((('= "hello world"', '= "goodbye"'),),),
    en="Another text was sent.",
    ja="別の文字列が送られました。")
def other_text(e):
    return got(e) and seen(e)
