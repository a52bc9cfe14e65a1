"""What belongs to every client: the end of its connection, and nothing left over."""

import re

from ..rule import Book, Facts
from ..sockets import READS
from ..texts.phrases import say
from .source import CLOSE, FORK, IF_WRITE, REPLY

book = Book(step=4, symptom="stays")


def unfinished(e):
    """Did the first client in trouble get all it should, but the end?"""
    victim = e.victim
    return victim and not victim.end and not victim.error and victim.data and e.reply in victim.data


def first_connection(e):
    """The first accept, the calls that closed what it gave, and who still holds that."""
    call = e.takers[0] if e.takers else None
    closed = [c for c in e.calls("close", socket=call.new_socket) if c.ok] if call else []
    return call, closed, e.program.holders(call.new_socket) if call else []


@book.mistake("close/duplicate", "close-copies", read="accept",
    edits=(((CLOSE, "        dup(connected_fd);\n" + CLOSE),),),
    en="Descriptor {closed} was closed, but descriptor {number} stands for the same connection (dup does that), "
       "and is still open.",
    ja="ディスクリプター {closed} は閉じられましたが、同じ接続を指すディスクリプター {number} が開いたままです。dup は、このような複製を作ります。")
def duplicate(e):
    _, closed, holders = first_connection(e)
    same = unfinished(e) and closed and holders and holders[0][0] in {c.task for c in closed}
    return same and Facts(closed[0], seen=e.both, closed=closed[0].descriptor, number=holders[0][1])


@book.mistake("close/parent-keeps", "close-in-parent", read="accept",
    edits=(((CLOSE,
             "        if (fork() == 0) {\n            close(connected_fd);\n            _exit(0);\n        }\n"),),),
    en="One process has closed its copy, but process {pid} still holds the connection open, as descriptor "
       "{number}: after fork both have it.",
    ja="一方のプロセスは接続を閉じましたが、プロセス {pid} ではディスクリプター {number} が開いたままです。fork のあとは、両方のプロセスが同じ接続を開いています。")
def parent_keeps(e):
    _, closed, holders = first_connection(e)
    return unfinished(e) and closed and holders and Facts(closed[0], seen=e.both, pid=holders[0][0],
        number=holders[0][1])


@book.mistake("close/missing", "close-connection", read="accept", edits=(((CLOSE, ""),),),
    en="The connection is never closed, so the client waits for more.",
    ja="接続が閉じられないので、クライアントは続きを待っています。")
def missing(e):
    call, _, holders = first_connection(e)
    return unfinished(e) and (e.quiet or holders) and Facts(call, seen=e.both)


@book.mistake("close/missing-in-step04", "close-connection", step=3, asked=4,
    edits=(((IF_WRITE + "\n" + CLOSE, ""),),),
    en="The connected socket was accepted and never closed.",
    ja="受け付けた接続が閉じられていません。")
def missing_in_step04(e):
    victim = e.victim
    open_end = victim and not victim.end and not victim.error
    return open_end and e.takers and e.quiet and Facts(e.takers[0], seen=e.both)


def reset(e):
    """Was it a reset that the client in trouble got?"""
    return e.victim and e.victim.end == "reset"


@book.mistake("close/lingers", "no-linger", symptom="reset",
    edits=(((CLOSE,
             "        struct linger no_time = {.l_onoff = 1};\n"
             "        setsockopt(connected_fd, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);\n" + CLOSE),),),
    en="SO_LINGER with 0 seconds turns close into a reset: a slower client would lose the text, too.",
    ja="SO_LINGER を 0 秒にすると、close は接続をリセットします。読むのが遅いクライアントには、文字列も届きません。")
def lingers(e):
    # What accept returns has the listening socket's options.
    sockets = {each for a in e.takers for each in (a.new_socket, a.socket)}
    options = [c for c in e.calls("setsockopt") if c.socket in sockets and "SO_LINGER" in c.text]
    call = next((c for c in options if re.search(r"l_onoff=[1-9]\d*, l_linger=0", c.text)), None)
    return call and reset(e) and Facts(call)


@book.mistake("close/unread", "whole-request", symptom="waits",
    edits=(((REPLY, "        char request[10];\n        read(connected_fd, request, sizeof request);\n" + REPLY),),),
    en="The connection was closed before all that the client had sent was read: then the kernel resets it, and the "
       "reply may be lost.",
    ja="クライアントが送ったデータを読み残したまま、接続を閉じました。この場合、カーネルは接続をリセットし、応答が失われることがあります。")
def unread(e):
    reads = e.reads() if reset(e) and e.victim.request and e.reply in e.victim.data else []
    call = next((c for c in reads if c.name in READS and c.ok), reads[0]) if reads else None
    return call and Facts(call, seen=[call.text, e.saw(e.troubled)])


@book.mistake("close/child-lives-on", "end-child", expected="expected-no-processes", symptom="later",
    edits=(((REPLY, FORK + REPLY),),),
    en="A forked child lives on after its client.",
    ja="fork した子プロセスが、応答のあとも残っています。")
def child_lives_on(e):
    visit = e.visit
    more = visit.between and visit.children >= visit.between
    return more and Facts(seen=[say("more-processes", more=visit.children, clients=visit.between + visit.rude)])


@book.mistake("close/leak", "close-all", expected="expected-no-descriptors", read="accept", symptom="later",
    edits=(((CLOSE, CLOSE.replace("close(connected_fd)", "shutdown(connected_fd, SHUT_RDWR)")),),),
    en="A descriptor is left open for every client: after about a thousand clients accept fails with EMFILE.",
    ja="クライアントごとにディスクリプターが 1 つ開いたままになります。クライアントが 1000 個ほどになると、accept は EMFILE で失敗します。")
def leak(e):
    visit = e.visit
    more = visit.between and visit.grown >= visit.between
    return more and Facts(e.takers[0] if e.takers else None,
                          seen=[say("more-descriptors", more=visit.grown, clients=visit.between + visit.rude)])


OPEN = (duplicate, parent_keeps, missing)
LEFT_OVER = (child_lives_on, leak)
