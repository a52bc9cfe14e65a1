#!/usr/bin/env python3
# A client for every step: connects, reads until the server closes, prints what came.
#
# Run    python3 clients/client.py [HOST [PORT [COUNT [INTERVAL]]]]
# Exit   0 every request got a reply, 1 a request failed, 2 the arguments are wrong
# Read   https://docs.python.org/3/library/socket.html
#
# client.c and client.rb take the same arguments, print the same text and exit the same way.

import contextlib
import os
import re
import signal
import socket
import sys
import time

USAGE = """\
usage: client [HOST [PORT [COUNT [INTERVAL]]]]

Connects to HOST:PORT (localhost:8001), prints what the server sends until it closes,
and does so COUNT times (5), INTERVAL seconds (1) apart.
"""
LIMIT = 16 * 1024 * 1024  # bytes in a reply, at most


def quit_with(status, message):
    with contextlib.suppress(OSError):
        os.write(2, os.fsencode(f"client: {message}"))
    sys.exit(status)


def misused(what):
    quit_with(2, f"{what}\n{USAGE}")


def number(text, fraction=False):
    """The number that text spells, with at most nine digits on each side; -1 for anything else."""
    pattern = r"[0-9]{1,9}(\.[0-9]{1,9})?" if fraction else r"[0-9]{1,9}"
    return float(text) if re.fullmatch(pattern, text) else -1


def connect(host, port):
    """A socket connected to the first address that answers: ::1 and then 127.0.0.1, say."""
    addresses = socket.getaddrinfo(os.fsencode(host), port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        try:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.connect(address)
                return connection
            except OSError:
                connection.close()
                raise
        except OSError as error:
            last = error
    raise last


def request(host, port):
    """One request: prints the reply and a newline, or ends the program."""
    reply = bytearray()
    try:
        with connect(host, port) as connection:
            while data := connection.recv(65536):
                reply += data
                if len(reply) > LIMIT:
                    quit_with(1, f"{host}:{port}: more than 16 MiB\n")
    except OSError as error:
        quit_with(1, f"{host}:{port}: {error.strerror}\n")
    if not reply:
        quit_with(1, f"{host}:{port}: closed without sending anything\n")
    show(reply + b"\n")


def show(text):
    try:
        with open(1, "wb", closefd=False) as output:
            output.write(text)
    except OSError as error:
        quit_with(1, f"standard output: {error.strerror}\n")


def main(arguments):
    # As in any C program: Ctrl-C and a closed pipe end this one quietly, with no traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if arguments == ["--help"]:
        return show(USAGE.encode())

    defaults = ["localhost", "8001", "5", "1"]
    if len(arguments) > len(defaults):
        misused("too many arguments")
    host, port, count, interval = arguments + defaults[len(arguments) :]
    if host == "" or host.startswith("-"):
        misused("HOST must be a name or an address")
    if not 1 <= number(port) <= 65535:
        misused("PORT must be a number from 1 to 65535")
    if not 0 <= number(count) <= 1000000:
        misused("COUNT must be a number from 0 to 1000000")
    if not 0 <= number(interval, fraction=True) <= 86400:
        misused("INTERVAL must be a number of seconds from 0 to 86400")

    for i in range(int(count)):
        if i > 0:
            time.sleep(float(interval))
        request(host, port)


main(sys.argv[1:])
