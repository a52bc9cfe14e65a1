"""What belongs to every client: the end of its connection, and nothing left over."""

from ..rule import facts, mistake
from ..seen import both, more
from .source import CLOSE, FORK, IF_WRITE, REPLY

LEFT = "closes write left"


def unfinished(e):
    """The accept call of the first client in trouble, where that got all but the end; or None."""
    victim = e.victim
    waits = victim and not victim.end and not victim.error and not e.left_out and e.takers
    replied = victim and (e.reply in victim.data or not e.tried("write"))
    return e.takers[min(e.number(victim), len(e.takers)) - 1] if waits and replied else None


def duplicate(e):
    call = unfinished(e)
    closed = [c for c in e.calls("close", socket=call.new_socket) if c.ok] if call else []
    holders = e.program.holders(call.new_socket) if closed else []
    return holders and facts(closed[0], both(e), pid=holders[0][0], open=holders[0][1])


def wrong_descriptor(e):
    taken = unfinished(e)
    calls = [c for c in (e.since(taken) if taken else ()) if c.name == "close"]
    calls = [c for c in calls if c.task == taken.task]
    call = next((c for c in calls if c.error == "EBADF" or c.descriptor in (0, 1, 2)), None)
    return call and facts(call, [call.text, *both(e)], got=taken.value)


mistake("close/duplicate", "close-all", ((CLOSE, "        dup(connected_fd);\n" + CLOSE),),
        duplicate, "Descriptor {number} was closed, and a copy is open: {open}, in process {pid}.",
        "ディスクリプター {number} は閉じられましたが、複製が開いたままです (プロセス {pid} の {open})。")
mistake("close/wrong-descriptor", "close-connection", None, wrong_descriptor,
        "close was called with {number}, and accept returned {got}.",
        "close に渡されたディスクリプターは {number} ですが、accept が返したのは {got} です。")
mistake("close/no-close", "close-connection", ((CLOSE, ""),),
        lambda e: (call := unfinished(e)) and facts(call, both(e)),
        "The connection was accepted, and is not closed: the client waits for more.",
        "受け付けた接続が閉じられないので、クライアントは続きを待っています。")

# --- everybody was served, and something is left over -------------------------------------------


def left(e, what, least, call=None):
    """The facts, where there are so many more of these than after the first client."""
    return e.visit.counts and e.more(what) >= max(1, least) and facts(call, seen=[more(e, what)])


def leak_on_error(e):
    call = next((c for c in e.trace.calls if c.error in ("EPIPE", "ECONNRESET")), None)
    kept = call and not e.victim and e.kept and all(client.rude for client in e.kept)
    return kept and facts(call, [call.text, more(e, "descriptors")])


def leak(e):
    call, clients = e.takers[0] if e.takers else None, len(e.polite) - 1
    return left(e, "descriptors", 2 if len(e.kept) >= 2 else clients, call)


mistake("close/child-lives-on", "end-child", ((REPLY, FORK + REPLY),),
        lambda e: left(e, "processes", len(e.polite) - 1) or left(e, "threads", len(e.polite) - 1),
        "What was started for a client, a process or a thread, lives on after it.",
        "クライアントのために作られたプロセスまたはスレッドが、応答のあとも残っています。",
        LEFT)
mistake("close/zombies", "wait-for-children",
        ((REPLY, FORK + REPLY), (CLOSE, CLOSE + "        _exit(0);\n")),
        lambda e: left(e, "zombies", len(e.polite) - 2),
        "Forked children have ended, and nobody waits for them: each stays as a zombie.",
        "fork した子プロセスは終了しましたが、wait で回収されないので、ゾンビプロセスとして残ります。",
        LEFT)
mistake("close/leak-on-error", "close-all",
        ((IF_WRITE, IF_WRITE.replace('perror("write");', "continue;")),), leak_on_error,
        "The connection of every client that has broken off stays open: close it then, too.",
        "途中で切断したクライアントの接続が開いたままです。このときも閉じなければなりません。",
        LEFT)
mistake("close/leak", "close-all",
        ((CLOSE, CLOSE.replace("close(connected_fd)", "shutdown(connected_fd, SHUT_RDWR)")),), leak,
        "Descriptors of clients that have gone stay open: in the end accept fails with EMFILE.",
        "切断したクライアントのディスクリプターが開いたままです。やがて accept は EMFILE で失敗します。",
        LEFT)
