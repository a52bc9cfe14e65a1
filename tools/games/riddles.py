"""make riddle: a server with a mistake to be found, in ./a.out. Pages name the numbers: they stay
as they are, and a number whose mistake goes is not given to another."""

import random

from command import Unable
from words import Said, Words

from judge.mistakes import MISTAKES

from .builds import LAST, apply, build, changed, source_of

# By what a client sees.
RIDDLES = {
    Words("Every client is refused.", "どのクライアントも接続を拒否されます。"): {
        28: "socket/precedence", 33: "socket/refused", 46: "bind/other-port", 50: "bind/no-htons",
        61: "bind/family", 62: "listen/no-listen", 63: "bind/port-zero",
        66: "run/success-as-failure", 73: "bind/no-bind", 92: "bind/no-htonl", 97: "bind/length"},
    Words("Only clients on this machine are served.", "このマシンのクライアントにしか応答しません。"): {
        22: "bind/loopback-only"},
    Words("Clients connect, or try to, and then wait.", "クライアントは接続できても、待ったままになります。"): {
        2: "accept/wrong-descriptor", 29: "accept/precedence", 49: "write/waits-for-more"},
    Words("Clients are let in, and get nothing.", "クライアントは接続できますが、何も受け取れません。"): {
        15: "write/missing", 57: "write/elsewhere", 102: "write/buffered"},
    Words("Clients get something else than hello world.",
          "クライアントが受け取るものは hello world と違います。"): {
        7: "write/other-text", 31: "write/newline", 37: "write/pointer-size",
        51: "write/terminator", 64: "write/http"},
    Words("Clients get hello world, and do not end.",
          "クライアントは hello world を受け取りますが、終了しません。"): {
        56: "close/duplicate", 78: "close/no-close"},
    Words("The first client is served, a later one is not.",
          "最初のクライアントには応答しますが、あとのクライアントには応答しません。"): {
        35: "accept/ended", 48: "accept/once", 96: "accept/closes-listener"},
    Words("All is well, until a client goes away too early.",
          "クライアントが途中でいなくなるまでは、正しく動きます。"): {
        75: "write/failure-ends", 86: "write/no-sigpipe", 98: "close/leak-on-error"},
    Words("One client, and the server is gone.", "クライアントが 1 つ来ると、サーバーが終了します。"): {
        20: "run/crash", 36: "write/to-listener"},
    Words("Everybody is served. For how long?", "どのクライアントにも応答します。いつまで続くでしょう。"): {
        12: "close/leak", 74: "close/child-lives-on", 99: "close/zombies", 101: "accept/set-once"},
    Words("Clients one by one are served, of several at once not all.",
          "1 つずつなら応答しますが、同時に来ると応答できないことがあります。"): {
        47: "accept/listener-anew", 100: "accept/edge-triggered", 103: "accept/shared-variable"},
}
NAMES = {str(number): name for riddles in RIDDLES.values() for number, name in riddles.items()}
NO_RIDDLE = Words("There is no riddle '{name}'. There are: {all}",
                  "'{name}' という問題はありません。あるのは {all} です")
RIDDLE = Words(
    "Riddle {number} is in ./a.out, a server with one mistake.\n{symptom}\n"
    "Find it with strace and ss, for example: strace ./a.out\n"
    "Then end it with Ctrl-C; make check tells. The same again: make riddle NAME={number}",
    "問題 {number} を ./a.out にビルドしました。間違いが 1 つあるサーバーです。\n{symptom}\n"
    "strace と ss で見つけてください。たとえば: strace ./a.out\n"
    "わかったら Ctrl-C で終了し、make check で答えを確認します。\n同じ問題: make riddle NAME={number}",
)


def text_of(what, port):
    """The text of what make riddle or make break has built: "riddle NAME=12"; None for nothing."""
    game, _, name = (what or "").partition(" NAME=")
    if game == "break":
        return changed(name, port)[2]
    return game and apply(source_of(LAST, port)[1], MISTAKES[NAMES[name]].edit) or None


def riddle(wanted, port, paper):
    """make riddle: a mistake in ./a.out, and what a client sees of it."""
    number = wanted or random.choice(list(NAMES))
    if number not in NAMES:
        raise Unable(Said(NO_RIDDLE, name=wanted, all=" ".join(sorted(NAMES, key=int))), 2)
    what = f"riddle NAME={number}"
    build(text_of(what, port), what, "-s")
    symptom = next(words for words, riddles in RIDDLES.items() if int(number) in riddles)
    paper.print(Said(RIDDLE, number=number, symptom=symptom))
    return 0
