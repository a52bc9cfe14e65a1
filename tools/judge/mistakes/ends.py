"""Ways for a program to end, or to run wild, at any step."""

from words import Said, Words

from ..program import FLOOD
from ..rule import Book, Facts
from ..texts.phrases import say
from .source import ACCEPT, BIND, LOOP

book = Book(step=4, symptom="dies")

MEMORY = Words("it used memory that is not its own", "割り当てられていないメモリーにアクセスしました")
CRASHES = {
    "SIGSEGV": MEMORY,
    "SIGBUS": MEMORY,
    "SIGABRT": Words("it gave up on purpose, or the C library found its memory damaged",
                     "自分で中断したか、C ライブラリがメモリーの破損を見つけました"),
    "SIGILL": Words("it came to an instruction that does not exist", "存在しない命令に行き当たりました"),
    "SIGSYS": Words("its own seccomp filter forbids the last call that it made",
                    "最後に呼んだシステムコールは、プログラム自身の seccomp フィルターが禁じています"),
    "SIGFPE": Words("a division by zero, say", "0 による除算などです"),
}


@book.mistake("run/flood", "print-once", step=3, symptom="waits",
    edits=((("int connected_fd = " + ACCEPT + ";", 'puts("hello world"); int connected_fd = 0; continue;'),),),
    en="It went on without end, so that check had to stop it: it prints, or calls the kernel, as fast as it can.",
    ja="際限なく動き続けたので、make check が止めました。できる限りの速さで、表示やシステムコールを繰り返しています。")
def flood(e):
    what = e.program.flood
    return what and Facts(seen=[say(f"flood-{what}", size=FLOOD[what] >> 20)])


@book.mistake("run/stopped", "no-stop", step=3, symptom="waits", edits=(((LOOP, "    raise(SIGSTOP);\n" + LOOP),),),
    en="The program is stopped, as by Ctrl-Z: it sent that to itself, and goes on only when somebody sends SIGCONT.",
    ja="プログラムは一時停止しています (Ctrl-Z と同じ)。自分自身を停止させたもので、SIGCONT が届くまで再開しません。")
def stopped(e):
    return not e.ended and e.stopped and Facts(seen=e.doing)


@book.mistake("run/crash", "find-the-line",
    edits=((('const char reply[] = "hello world";', "const char *reply = NULL;"),),),
    en="The program crashed ({signal}): {why}.",
    ja="プログラムが異常終了しました ({signal})。{why}。")
def crash(e):
    signal = e.killed_by
    return signal in CRASHES and Facts(seen=e.doing, signal=signal, why=Said(CRASHES[signal]))


@book.mistake("run/signal", "", step=2, symptom="refused", edits=(((LOOP, "    raise(SIGTERM);\n" + LOOP),),),
    en="{signal} ended the program: it came, and the program neither handles nor ignores it.",
    ja="{signal} がプログラムを終了させました。このシグナルは、処理されても無視されてもいません。")
def signal(e):
    kind = (e.ended or "").partition("killed by ")[2].split()[:1]
    return kind and not e.program.flood and Facts(seen=e.doing, signal=kind[0])


@book.mistake("run/success-as-failure", "minus-one", step=2, symptom="refused",
    edits=((("if (" + BIND + " == -1)", "if (!" + BIND + ")"),),),
    en="No call had failed: the program took a good result of {name} for a bad one.",
    ja="失敗したシステムコールはありません。{name} の成功を失敗と取り違えています。")
def success_as_failure(e):
    return e.failed and e.taken_for_failure and Facts(seen=e.doing, name=e.taken_for_failure)


@book.mistake("run/error", "read-its-words", step=2, symptom="refused",
    edits=((("    if (listen(", '    fprintf(stderr, "no configuration\\n");\n    return 1;\n    if (listen('),),),
    en="The program ended with an error of its own.",
    ja="プログラムが、自分でエラーを表示して終了しました。")
def error(e):
    return e.failed and e.complaint and Facts(seen=e.doing)


@book.mistake("run/ended", "stay-alive", step=1, asked=2, symptom="refused", expected="expected-alive",
    edits=((("    if (listen(", "    return 0;\n    if (listen("),),),
    en="The program ended, and with it its socket.",
    ja="プログラムが終了し、ソケットもなくなりました。")
def ended(e):
    return e.ended and Facts(seen=e.doing)


KILLED = (stopped, crash, signal)
ENDS = (stopped, crash, signal, success_as_failure, error)
