"""Ways for a program to run wild, at any step."""

from ..phrases import say
from ..rule import facts, mistake
from ..seen import both
from .source import BIND

CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGSYS")


def flood(e):
    output, calls = e.program.size()
    return e.program.flood and facts(seen=[say("flood", output=output >> 20, calls=calls >> 20)])


def success_as_failure(e):
    name = e.taken_for_failure
    waits = name == "accept" and e.victim and not e.victim.end
    return name and (e.failed or waits) and facts(seen=both(e), name=name)


mistake("run/flood", "accept-loop",
        (("int connected_fd = accept(listening_fd, NULL, NULL);",
          "int connected_fd = 0; puts(\"\"); continue;"),), flood,
        "It prints, or calls the kernel, as fast as it can, and was stopped.",
        "できる限りの速さで表示やシステムコールを繰り返しているので、make check が止めました。")
mistake("run/crash", "find-the-line",
        (('const char reply[] = "hello world";', "const char *reply = NULL;"),),
        lambda e: e.killed_by in CRASHES and facts(signal=e.killed_by),
        "The program crashed ({signal}), most often by memory that is not its own.",
        "プログラムが異常終了しました ({signal})。多くは、割り当てられていないメモリーへのアクセスです。")
mistake("run/success-as-failure", "minus-one", ((f"if ({BIND} == -1)", f"if (!{BIND})"),),
        success_as_failure,
        "No call had failed: the program took a good result of {name} for a bad one.",
        "失敗したシステムコールはありません。{name} の成功を失敗と取り違えています。")
