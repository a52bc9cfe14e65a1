"""The lessons' experiments: a finished step with one thing changed, by name, and one sentence on what to try."""

import collections

from words import Words

Experiment = collections.namedtuple("Experiment", "step edit words")
EXPERIMENTS = {}


def experiment(name, step, edit, en, ja):
    EXPERIMENTS[name] = Experiment(step, edit, Words(en, ja))


PAUSE = "    pause(); // stay alive: when a program ends, the kernel closes its sockets\n"
REPLY = 'const char reply[] = "hello world";'
SIGPIPE = "    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server\n"

experiment("no-pause", "step01", ((PAUSE, ""),),
           "strace ./a.out: who closes the socket?",
           "strace ./a.out を実行します。ソケットを閉じるのは、プログラムとカーネルのどちらでしょう。")
experiment("protocol", "step01", (("SOCK_STREAM, 0", "SOCK_STREAM, 17"),),
           "./a.out: 17 is UDP. What does the kernel say?",
           "./a.out を実行します。17 は UDP です。カーネルは何を返すでしょう。")
experiment("no-htons", "step02", (("htons(8001)", "8001"),),
           "strace -e bind ./a.out: which port is it really?",
           "strace -e bind ./a.out で、実際のポートを見つけます。")
experiment("no-htonl", "step02", (("htonl(INADDR_ANY)", "INADDR_LOOPBACK"),),
           "strace -e bind ./a.out: whose address is that?",
           "strace -e bind ./a.out に表示されるのは、どのマシンのアドレスでしょう。")
experiment("port-80", "step02", (("htons(8001)", "htons(80)"),),
           "./a.out, as an ordinary user, then with sudo: who may have a port below 1024?",
           "./a.out を一般ユーザーで、次に sudo を付けて実行します。1024 より小さいポートを使えるのは、どちらでしょう。")
experiment("no-bind", "step03",
           (("    struct sockaddr_in address = {...        return 1;\n    }\n\n    if (listen", "    if (listen"),),
           "./a.out, then ss -ltnp in another terminal: which port does the kernel give it, and at the next start?",
           "./a.out を実行し、別のターミナルで ss -ltnp を実行します。カーネルが選ぶポートは? 起動し直すと?")
experiment("backlog", "step03", (("SOMAXCONN", "1"),),
           "./a.out, then five clients at once, and ss -tan: where do they wait?",
           "./a.out を実行してクライアントを同時に 5 つ動かし、ss -tan を見ます。どこで待っているでしょう。")
experiment("exit-after-listen", "step03", ((PAUSE, ""),),
           "./a.out, then a client: who answers it now?",
           "./a.out のあとクライアントを動かします。今度は何が応答するでしょう。")
experiment("datagram", "step03", (("SOCK_STREAM", "SOCK_DGRAM"),),
           "./a.out: what is there to listen for?",
           "./a.out を実行します。UDP ソケットで接続を待てるでしょうか。")
experiment("no-listen", "step04", (("    if (listen(...        return 1;\n    }\n\n", ""),),
           "strace ./a.out: what does accept answer?",
           "strace ./a.out を実行します。accept は何を返すでしょう。")
experiment("no-close", "step04", (('        if (close(connected_fd) == -1)\n            perror("close");\n', ""),),
           "./a.out, a few clients, then ls -l /proc/$(pgrep -nx a.out)/fd: what stays?",
           "./a.out を実行してクライアントをいくつか動かし、ls -l /proc/$(pgrep -nx a.out)/fd を見ます。何が残るでしょう。")
experiment("no-reuseaddr", "step04",
           (("    // Without this, bind fails for a minute after this port has served somebody.\n"
             "...        return 1;\n    }\n\n", ""),),
           "./a.out, one client, Ctrl-C, and ./a.out again: what does bind say, and ss -tan?",
           "./a.out にクライアントから接続し、Ctrl-C のあと、もう一度 ./a.out を実行します。bind の結果は? ss -tan には?")
experiment("accept-once", "step05",
           (("    for (;;) {\n        int", "    {\n        int"), ("            continue;\n", "")),
           "./a.out, then a client that asks five times: what becomes of the others?",
           "./a.out を実行し、5 回接続するクライアントを動かします。2 回目からはどうなるでしょう。")
experiment("loopback-only", "step05", (("htonl(INADDR_ANY)", "htonl(INADDR_LOOPBACK)"),),
           "./a.out, then a client to 127.0.0.1, and one to another address of this machine (ip -br addr).",
           "./a.out を実行し、127.0.0.1 と、このマシンの別のアドレス (ip -br addr) に接続します。")
experiment("terminator", "step05", (("strlen(reply)", "sizeof reply"),),
           "./a.out, then clients/client localhost 8001 1 | od -c: what came with the text?",
           "./a.out を実行し、clients/client localhost 8001 1 | od -c を実行します。文字列のほかに届いたものは?")
experiment("newline", "step05", (('"hello world";', '"hello world\\n";'),),
           "./a.out, then a client: what do you see that was not there before?",
           "./a.out のあとクライアントを動かします。前と違うところは?")
experiment("no-sigpipe", "step05", ((SIGPIPE, ""),),
           "./a.out, Ctrl-Z, the rude client, fg, and echo $?: who ended the server?",
           "./a.out、Ctrl-Z、clients/rude.py、fg、echo $? の順に実行します。サーバーを終了させたのは?")
experiment("stdout", "step05", (("write(connected_fd", "write(1"),),
           "./a.out, then a client: where does the text go?",
           "./a.out のあとクライアントを動かします。文字列はどこへ?")
experiment("slow", "step05", (("        if (write", "        sleep(1);\n        if (write"),),
           "./a.out, then five clients at once: how long does the last one wait?",
           "./a.out を実行し、クライアントを同時に 5 つ動かします。最後のクライアントが待つ時間は?")
experiment("big", "step05", ((REPLY, "static char reply[20000001];\n        memset(reply, 'x', sizeof reply - 1);"),),
           "strace ./a.out, then clients/client localhost 8001 1 | wc -c: how much does one write take, and when "
           "does it return?",
           "strace ./a.out を実行し、clients/client localhost 8001 1 | wc -c を実行します。write 1 回で送れる量は? いつ戻るでしょう。")
