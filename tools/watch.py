"""watch.py watch PORT [COMMAND]: judges the program anew at every save, on one screen. tools/watch calls it."""

import io
import os
import signal
import time

import command

command.begin(0)  # being ended is how make watch ends

import kernel  # noqa: E402
from guard import LAST, at_end, end_with_parent  # noqa: E402
from words import Said, Words, in_language  # noqa: E402

from judge import check, report, subject, whole  # noqa: E402
from judge.course import Course  # noqa: E402
from judge.texts.phrases import say  # noqa: E402

CLEAR = "\033[H\033[2J\033[3J"
WATCHING = Words("Watching {files}; Ctrl-C ends it.", "{files} を監視しています。Ctrl-C で終了します。")
CHECKING = Words("Checking ...", "確認しています ...")
KILLED = Words("The check was killed. Save again for another.", "確認が強制終了されました。もう一度保存すると再開します。")


def stamps(files):
    """What changes at a save: time, size and inode of each file; None for one that is not there just now."""
    found = []
    for name in files:
        try:
            status = os.stat(name)
            found.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            found.append(None)
    return found


class Watch:
    """The screen, the files, and the check that is under way."""

    def __init__(self, program, wanted, port, paper):
        self.program, self.wanted, self.port, self.paper = program, wanted, port, paper
        self.files = subject.named_files(program) if program else [subject.SOURCE]
        self.child = None
        self.shown, self.unable = "", False

    def brief(self):
        """In a child: one check, as text."""
        paper = report.Paper(self.paper.language, io.StringIO())
        paper.colour, paper.columns = self.paper.colour, self.paper.columns
        try:
            whole.checked(self.program, self.wanted, self.port, paper, brief=True)
        except command.Unable as why:
            paper.out.write("\n".join([*getattr(why, "lines", ()), in_language(why.said, paper.language)]) + "\n")
        return paper.out.getvalue()

    def start(self, answer):
        """Forks a check that writes what it says to the file `answer`; it ends with its parent."""
        parent, pid = os.getpid(), os.fork()
        if pid:
            return pid
        status = 1
        try:
            LAST.clear()  # that is the parent's
            end_with_parent(parent)
            text = self.brief()
            with open(answer, "w", encoding="utf-8") as file:
                file.write(text)
            status = 0
        finally:
            os._exit(status)

    def stop(self):
        """Ends the check that is under way, and waits until it has cleared up."""
        if self.child:
            os.kill(self.child, signal.SIGTERM)
            os.waitpid(self.child, 0)
            self.child = None

    def leave(self):
        """At a signal: the terminal's prompt gets a line of its own."""
        self.stop()
        if self.paper.out.isatty():
            os.write(1, b"\n")

    def show(self, text):
        """The screen, in place of the one before."""
        ending = self.paper.text(Said(WATCHING, files=" ".join(self.files)))
        if text != self.shown or not self.paper.out.isatty():
            self.paper.out.write((CLEAR if self.paper.out.isatty() else "") + text)
        self.paper.out.write("\r\033[K" + ending if self.paper.out.isatty() else ending + "\n")
        self.paper.out.flush()
        self.shown = text

    def loop(self, folder):
        """Watches until it is interrupted."""
        answer, seen, again = os.path.join(folder, "answer"), None, 0.0
        while True:
            now = stamps(self.files)
            if now != seen and (None not in now or seen is None):
                self.stop()
                seen = now
                self.announce()
                self.child = self.start(answer)
            elif self.child and os.waitpid(self.child, os.WNOHANG)[0]:
                self.child, self.unable, again = None, bool(kernel.listeners(self.port)), time.monotonic() + 1
                self.show(self.answer(answer))
            elif not self.child and time.monotonic() > again and self.freed():
                seen = None
            time.sleep(0.05)

    def answer(self, path):
        """What the check wrote there, once."""
        try:
            with open(path, encoding="utf-8") as file:
                os.unlink(path)
                return file.read()
        except FileNotFoundError:
            return self.paper.text(KILLED) + "\n"

    def freed(self):
        """Was the port taken at the last check, and is it free by now?"""
        return self.unable and not kernel.listeners(self.port)

    def announce(self):
        if self.paper.out.isatty():
            self.paper.out.write("\r\033[K" + self.paper.text(CHECKING))
            self.paper.out.flush()


def watch(program, port, paper):
    """make watch, until a signal ends it."""
    wanted = os.environ.get("CHECK_STEP", "")
    Course(command.ROOT, port).up_to(wanted)  # complains where there is no such step
    watcher, folder = Watch(program, wanted, port, paper), check.new_folder(command.ROOT)
    at_end(watcher.leave)
    watcher.loop(folder)


if __name__ == "__main__":
    command.end({"watch": watch}, {"watch": say("usage-check", tool="watch")})
