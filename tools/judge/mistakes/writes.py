"""The fifth call: write, to the right place and at the right time; and what becomes of a failed one."""

from ..phrases import say
from ..rule import Book, Facts
from ..sockets import ACCEPTS, WRITES
from . import accepts, ends

book = Book(step=4, symptom="nothing")
WRITE = "write(connected_fd, reply, strlen(reply))"
CLOSE = "        if (close(connected_fd) == -1)\n            perror(\"close\");\n"


def reply(e, **parameters):
    return dict(count=len(e.reply), reply=e.reply.decode(), **parameters)


# --- a write failed, and the program died of it --------------------------------------------------


def died_of(e):
    """The failed write after which the program ended without turning to the next client, or None."""
    for call in reversed(e.trace.calls) if e.ended else ():
        if call.name in ACCEPTS and (call.new_socket or call.error in ("EINTR", "ERESTARTSYS")):
            return None
        if call.name in WRITES and call.error in ("EPIPE", "ECONNRESET", "ENOTCONN") and call.socket:
            return call
    return None


@book.mistake(
    "write/to-listener",
    "The text was written to descriptor {number}, the listening socket. It has no peer; accept returned another "
    "descriptor, for "
    "this client.",
    "文字列がディスクリプター {number}、つまり接続待ちソケットに書き込まれました。このソケットに相手側はありません。このクライアントのディスクリプターは、accept が返した別のものです。",
    "write-to-accepted", symptom="dies",
    edits=((("    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server\n", ""),
            (WRITE, WRITE.replace("connected_fd", "listening_fd"))),
           ((WRITE, WRITE.replace("connected_fd", "listening_fd")),)),
)
def to_listener(e):
    died, server = died_of(e), e.server and e.server.new_socket
    wrote = died if died and died.socket == server else None
    if e.empty_handed:
        wrote = wrote or next((w for w in e.texts if w.socket == server), None)
    return wrote and Facts(wrote, number=wrote.descriptor)


@book.mistake(
    "write/sigpipe",
    "The client had reset the connection. Writing to it raised SIGPIPE, which ends a program that does not ignore it.",
    "クライアントが接続をリセットしていました。そこに書き込むと SIGPIPE が発生し、無視していなければプログラムは終了します。",
    "ignore-sigpipe", expected="expected-no-harm", symptom="rude",
    edits=((("    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server\n", ""),),),
)
def sigpipe(e):
    call = died_of(e)
    return call and e.killed_by == "SIGPIPE" and Facts(call, seen=[call.text, e.doing[-1]])


@book.mistake(
    "write/ends-orderly",
    "The program ended after {clients}, the last of which had reset the connection, so that the write failed. "
    "Neither is a reason "
    "to end.",
    "{clients}のあとプログラムが終了しました。最後のクライアントが接続をリセットしていたので、write は失敗しています。どちらも終了する理由にはなりません。",
    "accept-loop go-on", expected="expected-no-harm", symptom="rude",
    edits=((("if (" + WRITE + " == -1)\n            perror(\"write\");",
        "if (" + WRITE + " == -1)\n            return 0;"),),),
)
def ends_orderly(e):
    call, number = died_of(e), len(e.takers)
    clients = say("first-client") if number == 1 else say("clients", count=number)
    return call and e.ended == "exited with 0" and Facts(call, seen=[call.text, e.doing[-1]], clients=clients)


@book.mistake(
    "write/failure-ends",
    "The client had reset the connection, so that the write failed with {error}, and the program ended because of "
    "that.",
    "クライアントが接続をリセットしていたので write が {error} で失敗し、プログラムはそのために終了しました。",
    "go-on", expected="expected-no-harm", symptom="rude",
    edits=((("if (" + WRITE + " == -1)\n            perror(\"write\");",
        "if (" + WRITE + " == -1)\n            return 1;"),),),
)
def failure_ends(e):
    call = died_of(e)
    return call and Facts(call, seen=[call.text, e.doing[-1]], error=call.error)


DIED = (sigpipe, ends_orderly, failure_ends)


@book.mistake(
    "write/never-gives-up",
    "write fails with {error}, and the loop around it never ends: no other client is served.",
    "write が {error} で失敗し続け、ループが終わりません。ほかのクライアントには応答できません。",
    "leave-loop", symptom="rude",
    edits=((("if (" + WRITE + " == -1)\n            perror(\"write\");",
        "while (" + WRITE + " == -1)\n            continue;"),),),
)
def never_gives_up(e):
    return e.spin and e.spin.name in WRITES and Facts(e.spin, seen=e.doing, error=e.spin.error)


# --- the first client got nothing: where did the text go? ----------------------------------------


@book.mistake(
    "write/after-close",
    "Descriptor {number} was not open at that moment: it was closed before the write, or it is not the one that "
    "accept returned.",
    "そのときディスクリプター {number} は開いていません。書き込む前に閉じたか、accept が返したものではありません。",
    "write-first",
    edits=((("        if (" + WRITE, CLOSE + "        if (" + WRITE), ("            perror(\"write\");\n\n" + CLOSE,
        "            perror(\"write\");\n")),),
)
def after_close(e):
    call = e.empty_handed and next((w for w in e.texts if w.error == "EBADF"), None)
    return call and Facts(call, number=call.descriptor, **reply(e))


@book.mistake(
    "write/after-shutdown",
    "shutdown came before the write: after it nothing can be sent.",
    "write の前に shutdown が呼び出されています。そのあとは何も送れません。",
    "write-first",
    edits=((("        if (" + WRITE, "        shutdown(connected_fd, SHUT_WR);\n        if (" + WRITE),),),
)
def after_shutdown(e):
    for call in e.texts if e.empty_handed else ():
        if call.error and any(s.ok and e.before(s, call) for s in e.calls("shutdown", socket=call.socket)):
            return Facts(call, **reply(e))
    return None


def elsewhere(e):
    """The write that took the text to something that is not the connection, or None."""
    return next((w for w in e.texts if w.ok and w.socket not in e.connected), None) if e.empty_handed else None


@book.mistake(
    "accept/precedence",
    "{name} was called with {number}, and accept returned {value}. `fd = accept(...) == -1` (or < 0) without "
    "brackets would make it {number}: "
    "= binds last, so fd is the comparison's result.",
    "accept が返したのは {value} ですが、{name} には {number} が渡されています。`fd = accept(...) == -1` (または < 0) をかっこなしで書くとそうなります。"
    "= は最後に計算されるので、fd には比較の結果が入ります。",
    "two-lines", symptom="waits",
    edits=((("int connected_fd = accept(listening_fd, NULL, NULL);\n        if (connected_fd == -1) {",
             "int connected_fd;\n        if (connected_fd = accept(listening_fd, NULL, NULL) < 0) {"),),
           (("int connected_fd = accept(listening_fd, NULL, NULL);\n        if (connected_fd == -1) {",
             "int connected_fd;\n        if (connected_fd = accept(listening_fd, NULL, NULL) == -1) {"),)),
)
def precedence(e):
    first = e.takers[0] if e.takers else None
    later = e.trace.calls[e.trace.calls.index(first) + 1 :] if first else []
    call = next((c for c in later if c.name in (*WRITES, "close") and c.descriptor == 0), None)
    if not call or 0 in {a.value for a in e.takers} or not e.victim:
        return None
    return Facts(call, name=call.name, number=call.descriptor, value=first.value, giver="accept")


@book.mistake(
    "write/elsewhere",
    "The text went to descriptor {number}, which is not the connection.",
    "文字列はディスクリプター {number} に書き込まれましたが、これは接続ではありません。",
    "write-to-accepted",
    edits=(((WRITE, WRITE.replace("connected_fd", "1")),),),
)
def to_elsewhere(e):
    call = elsewhere(e)
    return call and Facts(call, number=call.descriptor)


def broken(e, *errors):
    """The last write after the first accept that failed, on a connection or on no socket at all; or None."""
    if not e.empty_handed or not e.takers:
        return None
    failed = [w for w in e.calls(*WRITES) if w.error and (w.socket in e.connected or w.error == "EBADF")]
    call = failed[-1] if failed and e.before(e.takers[0], failed[-1]) else None
    return call if call and (not errors or call.error in errors) else None


@book.mistake(
    "write/bad-address",
    "The bytes cannot be read from there: the address or the number of bytes is wrong.",
    "渡されたアドレスからは、バイト列を読み取れません。アドレスかバイト数が間違っています。",
    "send-reply",
    edits=(((WRITE, "write(connected_fd, (char *)NULL + (reply[0] == 'H'), strlen(reply))"),),),
)
def bad_address(e):
    call = broken(e, "EFAULT")
    return call and Facts(call, **reply(e))


@book.mistake(
    "write/failed",
    "write failed with {error}.",
    "write が {error} で失敗しました。",
    "write-to-accepted",
    edits=((("const char reply[] = \"hello world\";", "const char reply[] = \"x\";"), (WRITE, "write(99, reply, 1)")),),
)
def write_failed(e):
    call = broken(e)
    return call and call.error not in ("EPIPE", "ECONNRESET", "EAGAIN") and Facts(call, error=call.error)


@book.mistake(
    "write/no-bytes",
    "The call asks to send 0 bytes.",
    "0 バイトを送るように指定しています。",
    "send-reply",
    edits=(((WRITE, "send(connected_fd, reply, 0, strlen(reply))"),),),
)
def no_bytes(e):
    empty = [w for w in e.calls(*WRITES) if w.socket in e.connected and w.value == 0]
    return e.empty_handed and empty and Facts(empty[-1], **reply(e))


@book.mistake(
    "write/waits-for-more",
    "The server waits for more than the client sends: it got a whole request (GET / HTTP/1.0 and an empty line), "
    "and did not answer.",
    "クライアントが送る以上のデータを待っています。リクエスト全体 (GET / HTTP/1.0 と空行) を受け取っても、応答しませんでした。",
    "whole-request", symptom="waits",
    edits=((("        const char reply", "        char request[4096];\n        while (read(connected_fd, request, "
                                         "sizeof request) > 0)\n            continue;\n        const char reply"),),),
)
def waits_for_more(e):
    reads = e.reads()
    return e.empty_handed and e.victim.request and not e.victim.end and reads and Facts(reads[-1], seen=e.both)


@book.mistake(
    "accept/success-as-failure",
    'accept returned {value}, a success, and the program took it for a failure: it says "accept: Success".',
    "accept が返した {value} は成功ですが、プログラムは失敗と取り違えて \"accept: Success\" と表示しています。",
    "minus-one", symptom="waits",
    edits=((("if (connected_fd == -1)", "if (connected_fd)"),),),
)
def success_as_failure(e):
    wrong = e.taken_for_failure == "accept" and e.takers and e.victim and not e.victim.end
    return wrong and Facts(e.takers[0], seen=e.both, value=e.takers[0].value, name="accept")


@book.mistake(
    "accept/twice",
    "accept returned {value}, the connection to this client. Nothing was done with it: the program called accept "
    "again.",
    "accept が {value} を返しました。このクライアントとの接続です。プログラムはそれを使わずに、もう一度 accept を呼び出しています。",
    "one-accept", symptom="waits",
    edits=((("    for (;;) {\n        int", "    while (accept(listening_fd, NULL, NULL) != -1) {\n        int"),),),
)
def twice(e):
    return e.empty_handed and not e.victim.end and e.forgotten and Facts(
        e.forgotten, seen=e.both, value=e.forgotten.value)


@book.mistake(
    "write/sleeps",
    "The client was taken from the queue, and the program sleeps before it answers: everybody behind waits as well.",
    "接続を取り出したあと、応答する前にスリープしています。後ろのクライアントも全員待たされます。",
    "no-sleep",
    edits=((("        const char reply", "        sleep(60);\n        const char reply"),),),
)
def sleeps(e):
    return e.empty_handed and e.sleeping and Facts(seen=e.both)


@book.mistake(
    "write/error-before",
    "The program ended with an error before it wrote anything to the client.",
    "クライアントに何も書き込まないうちに、プログラムがエラーで終了しました。",
    "read-its-words", symptom="dies",
    edits=("text-for-bytes.py",),
)
def error_before(e):
    return e.empty_handed and e.failed and Facts(seen=e.both)


@book.mistake(
    "write/ended-before",
    "The program ended before it wrote anything to the client.",
    "クライアントに何も書き込まないうちに、プログラムが終了しました。",
    "send-reply accept-loop", symptom="dies",
    edits=((("        const char reply", "        return 0;\n        const char reply"),),),
)
def ended_before(e):
    return e.empty_handed and e.ended and Facts(seen=e.both, **reply(e))


@book.mistake(
    "write/missing",
    "Nothing was written to the connection.",
    "接続に何も書き込まれていません。",
    "send-reply",
    edits=((("        if (" + WRITE + " == -1)\n            perror(\"write\");\n\n", ""),),
           (("        const char reply", "        pause();\n        const char reply"),)),
)
def missing(e):
    return e.empty_handed and (e.victim.end or e.quiet) and Facts(
        e.takers[0] if e.takers else None, seen=e.both, **reply(e))


NOTHING = (after_close, after_shutdown, precedence, to_elsewhere, bad_address, write_failed, no_bytes, sleeps,
           waits_for_more, success_as_failure, twice, *ends.KILLED, accepts.interrupted, error_before, ended_before,
           missing)
