"""make riddle: a server with a mistake to be found, in ./a.out. Pages name the numbers: they stay
as they are, and a number whose mistake goes is not given to another."""

import os
import random

from command import ROOT, Unable
from judge.mistakes import MISTAKES
from words import Said, Words

from .builds import LAST, apply, build, changed, source_of

NAMES = {
    2: "accept/wrong-descriptor", 7: "write/other-text", 12: "close/leak", 15: "write/missing",
    20: "run/crash", 22: "bind/loopback-only", 28: "socket/precedence", 29: "accept/precedence",
    31: "write/newline", 33: "socket/not-tcp", 35: "accept/ended", 37: "write/pointer-size",
    46: "bind/other-port", 48: "accept/once", 49: "write/waits-for-more", 50: "bind/no-htons",
    51: "write/terminator", 56: "close/duplicate", 57: "write/elsewhere", 61: "bind/family",
    62: "listen/no-listen", 63: "bind/port-zero", 64: "write/http", 66: "run/success-as-failure",
    73: "bind/no-bind", 74: "close/child-lives-on", 75: "write/failure-ends", 78: "close/no-close",
    86: "write/no-sigpipe", 92: "bind/foreign-address", 96: "accept/closes-listener",
    97: "bind/length", 98: "close/leak-on-error", 99: "close/zombies", 102: "write/buffered",
}
FAILS = Words("Not every client gets what it should.", "正しい応答を受け取れないクライアントがあります。")
SERVED = Words("Everybody is served. For how long?", "どのクライアントにも応答します。いつまで続くでしょう。")
# Riddles of the steps beyond: the step, whose tests tell; what a client sees; the change.
BEYOND = {
    103: ("08", SERVED, (("    signal(SIGCHLD...\n", ""),)),
    104: ("08", SERVED, (("        // The child has its own copy...close(connected_fd));\n", ""),)),
    105: ("09", FAILS, (("(void *)(intptr_t)connected_fd", "&connected_fd"),
                 ("(int)(intptr_t)argument", "*(int *)argument"))),
    106: ("09", SERVED, (("pthread_detach(thread);", ";"),)),
    107: ("11", SERVED, (("client->length += (size_t)n;",
                  "client->length += (size_t)n;\n        renew(client);"),)),
}
NO_RIDDLE = Words("There is no riddle '{name}'. There are: {all}",
                  "'{name}' という問題はありません。あるのは {all} です")
RIDDLE = Words(
    "Riddle {number} is in ./a.out, a server with one mistake.\n{symptom}\n"
    "Find it with strace and ss, for example: strace ./a.out\n"
    "Then end it with Ctrl-C; {check} tells. The same again: make riddle NAME={number}",
    "問題 {number} を ./a.out にビルドしました。間違いが 1 つあるサーバーです。\n{symptom}\n"
    "strace と ss で見つけてください。たとえば: strace ./a.out\n"
    "わかったら Ctrl-C で終了し、{check} で答えを確認します。\n同じ問題: make riddle NAME={number}",
)


def text_of(what):
    """The text of what make riddle or make break has built: "riddle NAME=12"; None for nothing."""
    game, _, name = (what or "").partition(" NAME=")
    if game == "break":
        return changed(name)[2]
    if game and int(name) in BEYOND:
        step, _, edit = BEYOND[int(name)]
        return apply(source_of(step)[1], edit)
    return game and apply(source_of(LAST)[1], MISTAKES[NAMES[int(name)]].edit) or None


def riddle(wanted, port, paper):
    """make riddle: a mistake in ./a.out, and what a client sees of it."""
    number = int(wanted) if (wanted or "").isdecimal() else wanted or random.choice(list(NAMES))
    if number not in [*NAMES, *BEYOND]:
        raise Unable(Said(NO_RIDDLE, name=wanted, all=" ".join(map(str, [*NAMES, *BEYOND]))), 2)
    what, flags, told = f"riddle NAME={number}", ["-s"], "make check"
    if number in BEYOND:
        step, symptom, _ = BEYOND[number]
        flags += ["-I", os.path.join(ROOT, os.path.dirname(source_of(step)[0]))]
        told += f" STEP={step}"
    else:
        symptom = SERVED if "left" in MISTAKES[NAMES[number]].at else FAILS
    build(text_of(what), what, *flags)
    paper.print(Said(RIDDLE, number=number, symptom=symptom, check=told))
    return 0
