"""The experiments of the lessons. README.md beside this file says how one is written."""
from scene import edit, hide, needs, queue, see, server, states

LOOK = "ss -tan 'sport = :8001 or dport = :8001'"
CLIENT = "python3 clients/client.py"
ONCE = f"{CLIENT} localhost 8001 1"
START, TRACED = "cc server.c && ./a.out", "cc server.c && strace ./a.out"
FILES, TAB = "ls -l /proc/$(pgrep -nx a.out)/fd", "true </dev/tcp/localhost/8001"
TRACED_BIND = "cc server.c && strace -e bind ./a.out"
RUNS, WAITS = "0.0.0.0:8001$", r"(pause|accept)\("  # what a server shows when it may be used
RUN, TRACE, ASK, STOP = (1, START, RUNS), (1, TRACED, WAITS), (2, ONCE), (1, "^C")

# Edits of a step's server.c: what is there, what replaces it. "..." stands for what lies between.
NO_HTONS = ("htons(8001)", "8001")
NO_REUSEADDR = ("    // Without this, bind fails...        return 1;\n    }\n\n", "")
NO_CLOSE = ('\n        if (close(connected_fd) == -1)\n            perror("close");\n', "")
NO_SIGPIPE = ("    signal(SIGPIPE...\n", "")
PRINTS = ("    pause();", "    write(1, &address, sizeof address);\n    pause();")
THINKS = ("        if (write", """\
        sleep(1);
        write(connected_fd, "Well, ", 6);
        sleep(1);
        if (write""")
PEER = ("        const char reply", """\
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        if (getpeername(connected_fd, (struct sockaddr *)&peer, &length) == -1)
            perror("getpeername");
        else
            fprintf(stderr, "%s, port %d\\n", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));

        const char reply""")
BIG = ("const char reply[]", "static const char reply[20000000]"), ("strlen(reply)", "sizeof reply")
HTTP = ('= "hello', '= "HTTP/1.0 200 OK\\r\\nContent-Length: 11\\r\\n\\r\\nhello')

watch01 = server("step01-socket"), TRACE, (2, CLIENT), (3, FILES), (3, LOOK), STOP
nobody01 = ((2, CLIENT),)
protocol01 = (server("step01-socket", ("SOCK_STREAM, 0", "SOCK_STREAM, 17")),
              (1, "cc server.c && strace -e socket ./a.out"))
gone01 = server("step01-socket", ("    pause();...\n", "")), (1, TRACED)

watch02 = (server("step02-bind"), TRACE, (2, CLIENT), (2, "./a.out"),
           (3, "ss -ltn 'sport = :8001'"), STOP)
htons02 = server("step02-bind", NO_HTONS), (1, TRACED_BIND, RUNS), STOP
bytes02 = (server("step02-bind", PRINTS), (1, f"{START} | od -An -tx1", "^ 02 00"), STOP,
           edit(NO_HTONS), (1, f"{START} | od -An -tx1", "^ 02 00"), STOP)

watch03 = (server("step03-listen"), TRACE, (2, CLIENT, ""), states("ESTAB"), (3, LOOK), (2, "^C"),
           (2, "make clients && strace -e connect,read clients/client 127.0.0.1", r"= 0\nread\(3,"),
           (2, "^C"), STOP)
backlog03 = (server("step03-listen", ("SOMAXCONN", "1")), RUN,
             (2, f"for i in 1 2 3 4 5; do ({ONCE} &); done"),
             states("ESTAB", "SYN-SENT", count=7), (3, LOOK), hide(1, 2), STOP,
             see(2, "client: .*: Connection reset by peer", 2),
             see(2, "client: .*: Connection refused", 3))
killed03 = (server("step03-listen"), RUN, (2, CLIENT, ""), queue(1), (2, "^C"),
            states("CLOSE-WAIT", "FIN-WAIT-2"), (2, LOOK))
ended03 = server("step03-listen"), RUN, (2, CLIENT, ""), queue(1), STOP, see(2)

watch04 = (server("step04-accept", NO_REUSEADDR), (1, "cc server.c && strace -yy ./a.out", WAITS),
           (2, CLIENT), (2, CLIENT), see(1, WAITS, 3), states("TIME-WAIT", count=2), (3, LOOK),
           STOP)
restart04 = (server("step04-accept", NO_REUSEADDR), RUN, (2, CLIENT), states("TIME-WAIT"), STOP,
             (1, "./a.out"))
mended04 = (server("step04-accept"), RUN, (2, CLIENT), states("TIME-WAIT"), STOP,
            (1, "./a.out", RUNS))
leak04 = (server("step04-accept", NO_CLOSE), (1, "cc server.c && (ulimit -n 6; ./a.out)", RUNS),
          (2, f"for i in 1 2 3; do ({ONCE} &); done"), see(1, "accept: ", 2), queue(1), (3, FILES),
          STOP)

watch05 = (server("step05-write", NO_SIGPIPE), TRACE, (2, CLIENT),
           (2, "exec 5<>/dev/tcp/localhost/8001"), see(1, WAITS, 7),
           (2, "ss -tan 'dport = :8001'"), (2, "cat <&5"), STOP)
tab05 = server("step05-write", NO_SIGPIPE), edit(THINKS), RUN, (2, TAB), (1, "echo $?")
epipe05 = (server("step05-write", NO_SIGPIPE, THINKS),
           (1, "cc server.c && strace -e write ./a.out", RUNS), (2, TAB), see(1))
mended05 = server("step05-write", THINKS), RUN, (2, TAB), ASK, see(1, "write: ")
big05 = (server("step05-write", *BIG), TRACE, (2, "sleep 1000 </dev/tcp/localhost/8001", ""),
         see(1, r"^write\(4.*20000000$"), (3, f"{ONCE} | wc -c", ""), queue(1), hide(1), (2, "^C"),
         see(3, "20000001"))
peer05 = server("step05-write", PEER), RUN, ASK, see(1, "port"), STOP, (2, "make check", "5 of 5")
attach05 = (server("step05-write"), RUN, (3, "strace -f -p $(pgrep -nx a.out)", WAITS), ASK,
            see(3, WAITS, 2), (3, "^C"))
browser05 = server("step05-write", HTTP), RUN, (2, "curl localhost:8001", "^hello")


def framework(words, program):
    """A server of one line in another language, under strace, and a client."""
    command = f"strace -f -e trace=%network {words} '{program}'"
    return needs(words.split()[0]), (1, command, ""), queue(0), ASK, see(1, r"accept4\(.*= ")


python05 = (*framework("python3 -c",
                       'import socket; s = socket.create_server(("", 8001)); c, who = s.accept(); '
                       'c.sendall(b"hello world"); c.close(); s.close()'), see(1))
node05 = framework("node -e",
                   'require("net").createServer(c => c.end("hello world")).listen(8001)')
ruby05 = framework("ruby -rsocket -e", 'TCPServer.new("", 8001).accept.write("hello world")')
