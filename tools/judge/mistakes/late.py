"""What did not come: asked for once no other mistake is found."""

import re

from ..patience import naps
from ..rule import facts, mistake
from ..seen import both, waiting
from .source import CLOSE, IF_WRITE, LOOP
from .write import nothing_written


def once(e):
    waits = e.left_out and e.quiet
    return waits and facts(seen=both(e), times=len(e.takers), waits=e.number(e.victim))


def not_reached(e):
    come_to = {"socket": True, "bind": e.server, "listen": e.well_bound,
               "accept": e.listened and e.reachable}
    call = next((name for name in come_to if not e.tried(name)), None)
    stays = e.quiet or naps(e.trace.pending.values())
    return call and come_to[call] and stays and facts(seen=both(e), never=call)


def waits(e):
    """The same, where the source has that call, behind one that only waits."""
    found, call = not_reached(e), waiting(e.trace)
    written = found and re.search(rf"\b{found.known['never']}4?\s*\(", e.source_text)
    pause = call and call.text.startswith(("pause(", "ppoll(NULL"))
    name = "pause" if pause else call and naps([call]) and "sleep"
    return written and name and facts(seen=found.seen, waits=name, **found.known)


mistake("run/error", "",
        (("    if (listen(", '    fputs("no settings", stderr);\n    return 1;\n    if (listen('),),
        lambda e: e.failed and facts(seen=both(e)),
        "The program ended with an error.", "プログラムがエラーで終了しました。")
mistake("run/ended", "stay-alive", None, lambda e: bool(e.ended),
        "The program ended, and its socket with it.",
        "プログラムが終了し、ソケットもなくなりました。", "stays")
mistake("accept/ended", "accept-loop", ((LOOP, "    for (int i = 0; i < 2; i++) {\n        int"),),
        lambda e: e.ended and e.listened and facts(seen=both(e), clients=len(e.takers)),
        "Clients accepted: {clients}. Then the program ended; a server goes back to accept.",
        "接続を {clients} 件受け付けたあと、プログラムが終了しました。サーバーは accept に戻ります。",
        "listen accept closes write")
mistake("accept/once", "accept-loop", ((CLOSE, CLOSE + "        pause();\n"),), once,
        "Clients accepted: {times}. accept is not called again, and client {waits} waits.",
        "接続を {times} 件受け付けたあと、accept が呼ばれていません。クライアント {waits} が待っています。")
mistake("write/missing", "send-reply", ((IF_WRITE + "\n", ""),), nothing_written,
        "Nothing was written to the connection.", "接続に何も書き込まれていません。")
mistake("run/waits", "take-out", ((LOOP, "    pause();\n" + LOOP),), waits,
        "The program waits in {waits}, and does not get as far as {never}.",
        "プログラムは {waits} の中で待っていて、{never} まで進みません。", "socket bind listen accept")
mistake("run/not-reached", "get-there", None, not_reached,
        "The program does not get as far as {never}.", "プログラムは {never} まで進みません。",
        "socket bind listen accept")
