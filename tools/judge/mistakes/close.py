"""What belongs to every client: the end of its connection, and nothing left over."""

import re

from ..rule import Chapter, facts
from ..seen import both, client, more
from ..sockets import READS
from .source import CLOSE, FORK, IF_WRITE, REPLY

chapter = Chapter("write")
mistake = chapter.mistake


def unfinished(e):
    """The accept call of the first client in trouble, where that got all but the end; or None."""
    victim = e.victim
    waits = victim and not victim.end and not victim.error and not e.left_out
    replied = victim and (e.reply in victim.data or not e.tried("write"))
    return e.takers[min(e.number(victim), len(e.takers)) - 1] if waits and replied and e.takers else None


def copies(e):
    """Where that was closed, and a copy is open: (the close call, (process, descriptor))."""
    call = unfinished(e)
    closed = [c for c in e.calls("close", socket=call.new_socket) if c.ok] if call else []
    holders = e.program.holders(call.new_socket) if closed else []
    return (closed[0], holders[0]) if holders else (None, (None, None))


def duplicate(e):
    closed, (pid, number) = copies(e)
    same = closed and pid in {c.task for c in e.calls("close", socket=closed.socket)}
    return same and facts(closed, both(e), open=number)


mistake("close/duplicate", ((CLOSE, "        dup(connected_fd);\n" + CLOSE),), duplicate,
    "Descriptor {number} was closed, but descriptor {open} stands for the same connection (dup does "
    "that), and is still open.",
    "ディスクリプター {number} は閉じられましたが、同じ接続を指すディスクリプター {open} が開いたままです。dup は、"
    "このような複製を作ります。",
    "close-copies", read="accept")


def parent_keeps(e):
    closed, (pid, number) = copies(e)
    return closed and facts(closed, both(e), pid=pid, open=number)


mistake("close/parent-keeps",
    ((CLOSE, "        if (fork() == 0) {\n            close(connected_fd);\n            _exit(0);\n"
      "        }\n"),), parent_keeps,
    "One process has closed its copy, but process {pid} still holds the connection open, as descriptor "
    "{open}: after fork both have it.",
    "一方のプロセスは接続を閉じましたが、プロセス {pid} ではディスクリプター {open} が開いたままです。fork のあとは、"
    "両方のプロセスが同じ接続を開いています。",
    "close-in-parent", read="accept")


def wrong_descriptor(e):
    taken = unfinished(e)
    calls = [c for c in e.since(taken) if c.name == "close" and c.task == taken.task] if taken else []
    call = next((c for c in calls if c.error == "EBADF" or c.descriptor in (0, 1, 2)), None)
    return call and facts(call, [call.text, *both(e)], got=taken.value)


mistake("close/wrong-descriptor", None, wrong_descriptor,
    "close was called with {number}, and accept returned {got}.",
    "close に渡されたディスクリプターは {number} ですが、accept が返したのは {got} です。",
    "close-accepted", at="closes write", read="accept")
mistake("close/no-close", ((CLOSE, ""),),
    lambda e: (c := unfinished(e)) and (e.quiet or e.program.holders(c.new_socket)) and facts(c, both(e)),
    "The connection was accepted, and is not closed: the client waits for more.",
    "受け付けた接続が閉じられないので、クライアントは続きを待っています。",
    "close-connection", at="closes write", read="accept")


def reset(e):
    """The first client in trouble, where that got a reset; or None."""
    return e.victim if e.victim and e.victim.end == "reset" else None


def lingers(e):
    # What accept returns has the listening socket's options.
    sockets = {each for a in e.takers for each in (a.new_socket, a.socket)}
    options = [c for c in e.calls("setsockopt") if c.socket in sockets and "SO_LINGER" in c.text]
    call = next((c for c in options if re.search(r"l_onoff=[1-9]\d*, l_linger=0", c.text)), None)
    return call and reset(e) and call


mistake("close/lingers",
    ((CLOSE, "        struct linger no_time = {.l_onoff = 1};\n"
      "        setsockopt(connected_fd, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);\n" + CLOSE),),
    lingers,
    "SO_LINGER with 0 seconds turns close into a reset: a slower client would lose the text, too.",
    "SO_LINGER を 0 秒にすると、close は接続をリセットします。読むのが遅いクライアントには、文字列も届きません。",
    "no-linger")


def unread(e):
    victim = reset(e)
    reads = e.reads() if victim and victim.request and e.reply in victim.data else []
    call = next((c for c in reads if c.name in READS and c.ok), reads[0]) if reads else None
    return call and facts(call, [call.text, client(e, victim)])


mistake("close/unread",
    ((REPLY, "        char request[10];\n        read(connected_fd, request, sizeof request);\n" + REPLY),),
    unread,
    "The connection was closed before all that the client had sent was read: then the kernel resets it, "
    "and the reply may be lost.",
    "クライアントが送ったデータを読み残したまま、接続を閉じました。この場合、カーネルは接続をリセットし、応答が失われることが"
    "あります。",
    "step06")

# --- everybody was served, and something is left over -------------------------------------------


def lives_on(e):
    what = next((each for each in ("processes", "threads") if e.more(each) >= len(e.later)), None)
    return e.visit.counts and what and facts(seen=[more(e, what)])


mistake("close/child-lives-on", ((REPLY, FORK + REPLY),), lives_on,
    "What was started for a client, a process or a thread, lives on after it.",
    "クライアントのために作られたプロセスまたはスレッドが、応答のあとも残っています。",
    "end-child", at="closes write left", expected="nothing-left")
mistake("close/zombies",
    ((REPLY, FORK + REPLY), (CLOSE, CLOSE + "        _exit(0);\n")),
    lambda e: e.visit.counts and e.more("zombies") >= len(e.later) - 1 and facts(seen=[more(e, "zombies")]),
    "Forked children have ended, and nobody waits for them: each stays behind as a zombie.",
    "fork した子プロセスは終了しましたが、wait で回収されないので、ゾンビプロセスとして残ります。",
    "wait-for-children", at="closes write left", expected="nothing-left")


def leak_on_error(e):
    call = next((c for c in e.trace.calls if c.error in ("EPIPE", "ECONNRESET")), None)
    only_rude = e.rude and e.kept == e.rude
    return only_rude and facts(call, [call and call.text, more(e, "descriptors")])


mistake("close/leak-on-error",
    ((IF_WRITE, IF_WRITE.replace('perror("write");', "continue;")),), leak_on_error,
    "A descriptor is left open for every client that has broken off: the connection has to be closed "
    "then, too.",
    "途中で切断したクライアントのディスクリプターが、それぞれ開いたままです。このときも接続を閉じなければなりません。",
    "close-all", at="closes write left", expected="nothing-left", read="accept")


def leak(e):
    files = e.visit.counts and e.more("descriptors") >= len(e.later)
    kept = len(e.kept) >= 2 and not e.victim
    return (kept or files) and facts(e.takers[0] if e.takers else None, [more(e, "descriptors")])


mistake("close/leak",
    ((CLOSE, CLOSE.replace("close(connected_fd)", "shutdown(connected_fd, SHUT_RDWR)")),), leak,
    "Descriptors of clients that have gone stay open: in the end no number is free, and accept fails "
    "with EMFILE.",
    "いなくなったクライアントのディスクリプターが開いたままです。やがて空き番号がなくなり、accept は EMFILE で失敗します。",
    "close-all", at="closes write left", expected="nothing-left", read="accept")
