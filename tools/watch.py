"""watch.py watch PORT [COMMAND]: judges the program anew at every save, on one screen. tools/watch calls it."""

import io
import os
import select
import signal
import time

import command

import guard

guard.begin(0)  # being ended is how make watch ends

import kernel  # noqa: E402
from guard import LAST, at_end, end_with  # noqa: E402
from words import Said, Words, in_language  # noqa: E402

import subject  # noqa: E402

from judge import report, whole  # noqa: E402
from judge.course import Course  # noqa: E402
from judge.texts.phrases import say  # noqa: E402

CLEAR = "\033[H\033[2J\033[3J"
WATCHING = Words("Watching {files}; Ctrl-C ends it.", "{files} を監視しています。Ctrl-C で終了します。")
CHECKING = Words("Checking ...", "確認しています ...")
KILLED = Words("The check was killed. Save again for another.", "確認が強制終了されました。もう一度保存すると再開します。")


def stamp(name):
    """What changes at a save: time, size and inode of the file; None where it is not there just now."""
    try:
        status = os.stat(name)
        return status.st_mtime_ns, status.st_size, status.st_ino
    except OSError:
        return None


class Watch:
    """The files, the check that is under way, and the screen."""

    def __init__(self, program, port, paper):
        self.program, self.port, self.paper = program, port, paper
        self.files = subject.named_files(program) if program else [subject.SOURCE]
        self.child, self.answer = None, None  # the check's process, and where its report will come from

    def brief(self):
        """In a child: one check, as text."""
        paper = report.Paper(self.paper.language, io.StringIO())
        paper.colour, paper.columns = self.paper.colour, self.paper.columns
        try:
            whole.checked(self.program, os.environ.get("CHECK_STEP", ""), self.port, paper, brief=True)
        except command.Unable as why:
            paper.out.write("\n".join([*why.lines, in_language(why.said, paper.language)]) + "\n")
        return paper.out.getvalue()

    def start(self):
        """Forks a check, which ends with its parent."""
        if self.paper.out.isatty():
            self.paper.out.write("\r\033[K" + self.paper.text(CHECKING))
            self.paper.out.flush()
        parent, (self.answer, answer) = os.getpid(), os.pipe()
        self.child = os.fork()
        if self.child:
            os.close(answer)
            return
        try:
            LAST.clear()  # that is the parent's
            end_with(parent)
            os.write(answer, self.brief().encode())
        finally:
            os._exit(0)

    def stop(self):
        """Ends the check that is under way, if any, and waits until it has cleared up. Returns what it has told."""
        if not self.child:
            return ""
        os.kill(self.child, signal.SIGTERM)
        os.waitpid(self.child, 0)
        self.child = None
        with open(self.answer, encoding="utf-8") as file:
            return file.read()

    def leave(self):
        """At a signal: the terminal's prompt gets a line of its own."""
        self.stop()
        if self.paper.out.isatty():
            os.write(1, b"\n")

    def show(self, text):
        """The screen, in place of the one before."""
        begin, end = (CLEAR, "") if self.paper.out.isatty() else ("", "\n")
        self.paper.out.write(begin + text + self.paper.text(Said(WATCHING, files=" ".join(self.files))) + end)
        self.paper.out.flush()

    def loop(self):
        """Watches until it is interrupted. That a port which was taken is free is as good as a save."""
        seen, taken = None, False
        while True:
            now = [stamp(name) for name in self.files]
            if now != seen and (None not in now or seen is None) or taken and not kernel.listeners(self.port):
                self.stop()
                seen, taken = now, False
                self.start()
            elif self.child and select.select([self.answer], [], [], 0)[0]:
                self.show(self.stop() or self.paper.text(KILLED) + "\n")
                taken = bool(kernel.listeners(self.port))
            time.sleep(0.05)


def watch(program, port, paper):
    """make watch, until a signal ends it."""
    Course(command.ROOT, port).up_to(os.environ.get("CHECK_STEP", ""))  # complains where there is no such step
    watcher = Watch(program, port, paper)
    at_end(watcher.leave)
    watcher.loop()


if __name__ == "__main__":
    command.end({"watch": watch}, {"watch": say("usage-check", tool="watch")})
