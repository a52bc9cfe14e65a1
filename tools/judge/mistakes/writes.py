"""The fifth call: write, to the right place and at the right time; and what becomes of a failed one."""

from kernel import threads

from ..rule import Book, Facts
from ..sockets import ACCEPTS, WRITES
from ..texts.phrases import say
from . import accepts, ends
from .source import ACCEPT, CLOSE, IF_WRITE, LOOP, REPLY, SIGPIPE, WRITE

book = Book(step=4, symptom="nothing")


def since_accept(e):
    """Every call after the first that accepted somebody."""
    return e.every()[e.trace.calls.index(e.takers[0]) + 1 :] if e.takers else []


# --- a write failed, and the program died of it --------------------------------------------------


def died_of(e):
    """The failed write after which the program ended without turning to the next client, or None."""
    for call in reversed(e.trace.calls) if e.ended else ():
        if call.name in ACCEPTS and (call.new_socket or call.error in ("EINTR", "ERESTARTSYS")):
            return None
        if call.name in WRITES and call.error in ("EPIPE", "ECONNRESET", "ENOTCONN") and call.socket:
            return call
    return None


@book.mistake("write/to-listener", "write-to-accepted", symptom="dies",
    edits=(((SIGPIPE, ""), (WRITE, WRITE.replace("connected_fd", "listening_fd"))),
           ((WRITE, WRITE.replace("connected_fd", "listening_fd")),)),
    en="The text was written to descriptor {number}, the listening socket. It has no peer; accept returned another "
       "descriptor, for this client.",
    ja="文字列がディスクリプター {number}、つまり接続待ちソケットに書き込まれました。このソケットに相手側はありません。このクライアントのディスクリプターは、accept が返した別のものです。")
def to_listener(e):
    died, server = died_of(e), e.server and e.server.new_socket
    wrote = died if died and died.socket == server else None
    if e.empty_handed:
        wrote = wrote or next((w for w in e.texts if w.socket == server), None)
    return wrote and Facts(wrote, number=wrote.descriptor)


@book.mistake("write/sigpipe", "ignore-sigpipe", expected="expected-no-harm", symptom="rude",
    edits=(((SIGPIPE, ""),),),
    en="The client had reset the connection. Writing to it raised SIGPIPE, which ends a program that does not "
       "ignore it.",
    ja="クライアントが接続をリセットしていました。そこに書き込むと SIGPIPE が発生し、無視していなければプログラムは終了します。")
def sigpipe(e):
    call = died_of(e)
    return call and e.killed_by == "SIGPIPE" and Facts(call, seen=[call.text, e.doing[-1]])


@book.mistake("write/ends-orderly", "accept-loop go-on", expected="expected-no-harm", symptom="rude",
    edits=(((IF_WRITE, IF_WRITE.replace('perror("write")', "return 0")),),),
    en="The program ended after {clients}, the last of which had reset the connection, so that the write failed. "
       "Neither is a reason to end.",
    ja="{clients}のあとプログラムが終了しました。最後のクライアントが接続をリセットしていたので、write は失敗しています。どちらも、サーバーを終了させる理由にはなりません。")
def ends_orderly(e):
    call, number = died_of(e), len(e.takers)
    clients = say("first-client") if number == 1 else say("clients", count=number)
    return call and e.ended == "exited with 0" and Facts(call, seen=[call.text, e.doing[-1]], clients=clients)


@book.mistake("write/failure-ends", "go-on", expected="expected-no-harm", symptom="rude",
    edits=(((IF_WRITE, IF_WRITE.replace('perror("write")', "return 1")),),),
    en="The client had reset the connection, so that the write failed with {error}, and the program ended because "
       "of that.",
    ja="クライアントが接続をリセットしていたので write が {error} で失敗し、プログラムはそのために終了しました。")
def failure_ends(e):
    call = died_of(e)
    return call and Facts(call, seen=[call.text, e.doing[-1]], error=call.error)


DIED = (sigpipe, ends_orderly, failure_ends)


@book.mistake("write/never-gives-up", "leave-loop", symptom="rude",
    edits=(((IF_WRITE, IF_WRITE.replace("if", "while").replace('perror("write")', "continue")),),),
    en="write fails with {error}, and the loop around it never ends: no other client is served.",
    ja="write が {error} で失敗し続け、ループが終わりません。ほかのクライアントには応答できません。")
def never_gives_up(e):
    return e.spin and e.spin.name in WRITES and Facts(e.spin, seen=e.doing, error=e.spin.error)


# --- the first client got nothing: where did the text go? ----------------------------------------


@book.mistake("write/after-close", "write-first",
    edits=((("        if (" + WRITE, CLOSE + "        if (" + WRITE),
            ('            perror("write");\n\n' + CLOSE, '            perror("write");\n')),),
    en="Descriptor {number} was not open at that moment: it was closed before the write, or it is not the one that "
       "accept returned.",
    ja="そのときディスクリプター {number} は開いていません。書き込む前に閉じたか、accept が返したものではありません。")
def after_close(e):
    call = e.empty_handed and next((w for w in e.texts if w.error == "EBADF"), None)
    return call and Facts(call, number=call.descriptor)


@book.mistake("write/after-shutdown", "write-first",
    edits=((("        if (" + WRITE, "        shutdown(connected_fd, SHUT_WR);\n        if (" + WRITE),),),
    en="shutdown came before the write: after it nothing can be sent.",
    ja="write の前に shutdown が呼ばれています。そのあとは何も送れません。")
def after_shutdown(e):
    for call in e.texts if e.empty_handed else ():
        if call.error and any(s.ok and e.before(s, call) for s in e.calls("shutdown", socket=call.socket)):
            return Facts(call)
    return None


def elsewhere(e):
    """The write that took the text to something that is not the connection, or None."""
    return next((w for w in e.texts if w.ok and w.socket not in e.connected), None) if e.empty_handed else None


@book.mistake("accept/precedence", "two-lines", symptom="waits",
    edits=((("int connected_fd = " + ACCEPT + ";\n        if (connected_fd == -1) {",
             "int connected_fd;\n        if (connected_fd = " + ACCEPT + " < 0) {"),),
           (("int connected_fd = " + ACCEPT + ";\n        if (connected_fd == -1) {",
             "int connected_fd;\n        if (connected_fd = " + ACCEPT + " == -1) {"),)),
    en="{name} was called with {number}, and accept returned {value}. `fd = accept(...) == -1` (or < 0) without "
       "brackets would make it {number}: = binds last, so fd is the comparison's result.",
    ja="accept が返したのは {value} ですが、{name} には {number} が渡されています。`fd = accept(...) == -1` (または < 0) "
       "をかっこなしで書くとそうなります。= は最後に計算されるので、fd には比較の結果が入ります。")
def precedence(e):
    call = next((c for c in since_accept(e) if c.name in (*WRITES, "close") and c.descriptor == 0), None)
    if not call or 0 in {a.value for a in e.takers} or not e.victim:
        return None
    return Facts(call, name=call.name, number=call.descriptor, value=e.takers[0].value, giver="accept")


@book.mistake("write/elsewhere", "write-to-accepted", edits=(((WRITE, WRITE.replace("connected_fd", "1")),),),
    en="The text went to descriptor {number}, which is not the connection.",
    ja="文字列はディスクリプター {number} に書き込まれましたが、これは接続ではありません。")
def to_elsewhere(e):
    call = elsewhere(e)
    return call and Facts(call, number=call.descriptor)


def broken(e):
    """The last write after the first accept that failed, on a connection or on no socket at all; or None."""
    failed = [w for w in since_accept(e) if w.name in WRITES and w.error] if e.empty_handed else []
    return next((w for w in reversed(failed) if w.socket in e.connected or w.error == "EBADF"), None)


@book.mistake("write/bad-address", "send-reply",
    edits=(((WRITE, "write(connected_fd, (char *)NULL + (reply[0] == 'H'), strlen(reply))"),),),
    en="The bytes cannot be read from there: the address or the number of bytes is wrong.",
    ja="渡されたアドレスからは、バイト列を読み取れません。アドレスかバイト数が間違っています。")
def bad_address(e):
    call = broken(e)
    return call and call.error == "EFAULT" and Facts(call)


@book.mistake("write/failed", "write-to-accepted",
    edits=((('const char reply[] = "hello world";', 'const char reply[] = "x";'), (WRITE, "write(99, reply, 1)")),),
    en="write failed with {error}.",
    ja="write が {error} で失敗しました。")
def write_failed(e):
    call = broken(e)
    return call and call.error not in ("EPIPE", "ECONNRESET", "EAGAIN") and Facts(call, error=call.error)


@book.mistake("write/no-bytes", "send-reply", edits=(((WRITE, "send(connected_fd, reply, 0, strlen(reply))"),),),
    en="The call asks to send 0 bytes.",
    ja="0 バイトを送るように指定しています。")
def no_bytes(e):
    empty = [w for w in e.calls(*WRITES) if w.socket in e.connected and w.value == 0]
    return e.empty_handed and empty and Facts(empty[-1])


@book.mistake("write/waits-for-more", "whole-request", symptom="waits",
    edits=(((REPLY,
             "        char request[4096];\n"
             "        while (read(connected_fd, request, sizeof request) > 0)\n            continue;\n"
             + REPLY),),
           ((REPLY,
             "        char request[4096];\n"
             "        recv(connected_fd, request, sizeof request, MSG_WAITALL);\n" + REPLY),)),
    en="The server waits for more than the client sends: it got a whole request (GET / HTTP/1.0 and an empty "
       "line), and did not answer.",
    ja="クライアントが送る以上のデータを待っています。リクエスト全体 (GET / HTTP/1.0 と空行) を受け取っても、応答しませんでした。")
def waits_for_more(e):
    reads = e.reads()
    return e.empty_handed and e.victim.request and not e.victim.end and reads and Facts(reads[-1], seen=e.both)


@book.mistake("accept/success-as-failure", "minus-one", symptom="waits",
    edits=((("if (connected_fd == -1)", "if (connected_fd)"),),),
    en='accept returned {value}, a success, and the program took it for a failure: it says "accept: Success".',
    ja='accept が返した {value} は成功ですが、プログラムは失敗と取り違えて "accept: Success" と表示しています。')
def success_as_failure(e):
    wrong = e.taken_for_failure == "accept" and e.takers and e.victim and not e.victim.end
    return wrong and Facts(e.takers[0], seen=e.both, value=e.takers[0].value, name="accept")


@book.mistake("accept/twice", "one-accept", symptom="waits",
    edits=(((LOOP, "    while (" + ACCEPT + " != -1) {\n        int"),),),
    en="accept returned {value}, the connection to this client. Nothing was done with it: the program called "
       "accept again.",
    ja="accept が {value} を返しました。このクライアントとの接続です。プログラムはそれを使わずに、もう一度 accept を呼んでいます。")
def twice(e):
    if not e.empty_handed or e.victim.end or not e.takers or len(list(threads(e.program.processes()))) != 1:
        return None
    first, later = e.takers[0], since_accept(e)
    used = any(f":[{first.new_socket}]" in c.arguments for c in later)
    again = any(c.name in ACCEPTS and c.socket == first.socket for c in later)
    return again and not used and Facts(first, seen=e.both, value=first.value)


@book.mistake("write/sleeps", "no-sleep", edits=(((REPLY, "        sleep(60);\n" + REPLY),),),
    en="The client was taken from the queue, and the program sleeps before it answers: everybody behind waits as "
       "well.",
    ja="接続を取り出したあと、応答する前にスリープしています。後ろのクライアントも全員待たされます。")
def sleeps(e):
    return e.empty_handed and e.sleeping and Facts(seen=e.both)


@book.mistake("write/error-before", "read-its-words", symptom="dies", edits=("text-for-bytes.py",),
    en="The program ended with an error before it wrote anything to the client.",
    ja="クライアントに何も書き込まないうちに、プログラムがエラーで終了しました。")
def error_before(e):
    return e.empty_handed and e.failed and Facts(seen=e.both)


@book.mistake("write/ended-before", "send-reply accept-loop", symptom="dies",
    edits=(((REPLY, "        return 0;\n" + REPLY),),),
    en="The program ended before it wrote anything to the client.",
    ja="クライアントに何も書き込まないうちに、プログラムが終了しました。")
def ended_before(e):
    return e.empty_handed and e.ended and Facts(seen=e.both)


@book.mistake("write/missing", "send-reply",
    edits=(((IF_WRITE + "\n", ""),), ((REPLY, "        pause();\n" + REPLY),)),
    en="Nothing was written to the connection.",
    ja="接続に何も書き込まれていません。")
def missing(e):
    first = e.takers[0] if e.takers else None
    return e.empty_handed and (e.victim.end or e.quiet) and Facts(first, seen=e.both)


NOTHING = (after_close, after_shutdown, precedence, to_elsewhere, bad_address, write_failed, no_bytes, sleeps,
           waits_for_more, success_as_failure, twice, *ends.KILLED, accepts.interrupted, error_before, ended_before,
           missing)
