"""Ways for a program to end, or to run wild, at any step."""

from words import Said, Words

from ..phrases import say
from ..program import FLOOD
from ..rule import Chapter, facts
from ..seen import both
from .source import ACCEPT, ADDRESS, BIND, LOOP

EVERYWHERE = "socket bind listen accept write stays closes"
# asked for first; when no call explains it; and last of all
chapter, last, end = Chapter(EVERYWHERE), Chapter(EVERYWHERE), Chapter("bind listen accept write")

MEMORY = Words("it used memory that is not its own", "割り当てられていないメモリーにアクセスしました")
CRASHES = {
    "SIGSEGV": MEMORY,
    "SIGBUS": MEMORY,
    "SIGABRT": Words("it called abort, or the C library found its memory damaged",
                     "プログラムが abort を呼んだか、C ライブラリがメモリーの破損を検出しました"),
    "SIGILL": Words("it came to an instruction that does not exist", "存在しない命令を実行しようとしました"),
    "SIGSYS": Words("its own seccomp filter forbids the last call that it made",
                    "最後に呼んだシステムコールは、プログラム自身の seccomp フィルターが禁じています"),
    "SIGFPE": Words("a division by zero, say", "0 による除算などです"),
}


def flood(e):
    what = e.program.flood
    size = FLOOD[what == "calls"] >> 20
    return what and facts(seen=[say(f"flood-{what}", size=size)])


chapter.mistake("run/flood",
    (("int connected_fd = " + ACCEPT + ";", 'puts("hello world"); int connected_fd = 0; continue;'),),
    flood,
    "It prints, or calls the kernel, as fast as it can, so that make check had to stop it.",
    "できる限りの速さで表示やシステムコールを繰り返しているので、make check が止めました。",
    "print-once", at="listen " + EVERYWHERE)
chapter.mistake("run/crash", (('const char reply[] = "hello world";', "const char *reply = NULL;"),),
    lambda e: (s := e.killed_by) in CRASHES and facts(signal=s, why=Said(CRASHES[s])),
    "The program crashed ({signal}): {why}.",
    "プログラムが異常終了しました ({signal})。{why}。",
    "find-the-line")
chapter.mistake("run/exception", None, lambda e: e.own_error and facts(seen=both(e)),
    "The program ended with an error of its own, which no system call explains.",
    "プログラムが自身のエラーで終了しました。失敗したシステムコールが原因ではありません。",
    "read-its-words")


def signal(e):
    kind = (e.ended or "").partition("killed by ")[2].split()[:1]
    kind = ["SIGSTOP"] if e.stopped and not e.ended else kind
    return kind and not e.program.flood and facts(signal=kind[0])


last.mistake("run/signal", ((LOOP, "    raise(SIGTERM);\n" + LOOP),), signal,
    "{signal} reached the program, which neither handles nor ignores it, and ended or stopped it.",
    "プログラムは {signal} で終了または停止しました。このシグナルのハンドラーを登録しておらず、無視する設定にも"
    "なっていません。",
    "read-its-words")
last.mistake("run/success-as-failure", (("if (" + BIND + " == -1)", "if (!" + BIND + ")"),),
    lambda e: e.failed and e.taken_for_failure and facts(name=e.taken_for_failure),
    "No call had failed: the program took a good result of {name} for a bad one.",
    "失敗したシステムコールはありません。{name} の成功を失敗と取り違えています。",
    "minus-one")
last.mistake("run/error",
    (("    if (listen(", '    fprintf(stderr, "no configuration\\n");\n    return 1;\n    if (listen('),),
    lambda e: e.failed and facts(seen=both(e)),
    "The program ended with an error.",
    "プログラムがエラーで終了しました。",
    "read-its-words")
last.mistake("run/ended", None, lambda e: e.ended and True,
    "The program ended, and with it its socket.",
    "プログラムが終了し、ソケットもなくなりました。",
    "stay-alive", at="stays")


def not_reached(e):
    call = next((name for name in ("bind", "listen", "accept", "write") if not e.tried(name)), None)
    return call and e.quiet and facts(seen=both(e), never=call)


end.mistake("run/not-reached", ((ADDRESS, "    pause();\n" + ADDRESS),), not_reached,
    "The program does not get as far as {never}.",
    "プログラムは {never} まで進みません。",
    "stay-alive")
