"""Ways for a program to end, or to run wild, at any step."""

from ..patience import naps
from ..phrases import say
from ..rule import Chapter, facts
from ..seen import both
from .source import ACCEPT, ADDRESS, BIND

EVERYWHERE = "socket bind listen accept write stays closes"
chapter, last = Chapter(EVERYWHERE), Chapter(EVERYWHERE)  # asked for first, and late
CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGSYS")


def flood(e):
    output, calls = e.program.size()
    seen = say("flood", output=output >> 20, calls=calls >> 20)
    return e.program.flood and facts(seen=[seen])


def crash(e):
    return e.killed_by in CRASHES and facts(signal=e.killed_by)


def success_as_failure(e):
    name = e.taken_for_failure
    waits = name == "accept" and e.victim and not e.victim.end
    return name and (e.failed or waits) and facts(seen=both(e), name=name)


def not_reached(e):
    come_to = {"socket": True, "bind": e.server, "listen": e.well_bound,
               "accept": e.listened and e.reachable}
    call = next((name for name in come_to if not e.tried(name)), None)
    waits = e.quiet or naps(e.trace.pending.values())
    return call and come_to[call] and waits and facts(seen=both(e), never=call)


chapter.mistake("run/flood", "no-wait",
                ((f"int connected_fd = {ACCEPT};", "int connected_fd = 0; puts(\"\"); continue;"),),
                flood, "It prints, or calls the kernel, as fast as it can, and was stopped.",
                "できる限りの速さで表示やシステムコールを繰り返しているので、make check が止めました。")
chapter.mistake("run/crash", "find-the-line",
                (('const char reply[] = "hello world";', "const char *reply = NULL;"),), crash,
                "The program crashed ({signal}), most often by memory that is not its own.",
                "プログラムが異常終了しました ({signal})。多くは、割り当てられていないメモリーへのアクセスです。")
chapter.mistake("run/success-as-failure", "minus-one",
                ((f"if ({BIND} == -1)", f"if (!{BIND})"),), success_as_failure,
                "No call had failed: the program took a good result of {name} for a bad one.",
                "失敗したシステムコールはありません。{name} の成功を失敗と取り違えています。")
last.mistake("run/error", "read-its-words",
             (("    if (listen(", '    fputs("no", stderr);\n    return 1;\n    if (listen('),),
             lambda e: e.failed and facts(seen=both(e)),
             "The program ended with an error.", "プログラムがエラーで終了しました。")
last.mistake("run/ended", "stay-alive", None, lambda e: e.ended and True,
             "The program ended, and its socket with it.",
             "プログラムが終了し、ソケットもなくなりました。", "stays")

end = Chapter("socket bind listen accept")
end.mistake("run/not-reached", "stay-alive", ((ADDRESS, "    pause();\n" + ADDRESS),), not_reached,
            "The program does not get as far as {never}.", "プログラムは {never} まで進みません。")
