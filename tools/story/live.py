"""make trace: a program under strace, live, each line followed by a word on what it means."""

import signal
import time

import words as reader
from story import recording, run, words
from story.model import Moment, World


class Told:
    """A trace that is printed while it grows. In: a strace.Trace, a Paper."""

    def __init__(self, trace, paper):
        self.trace, self.paper, self.world = trace, paper, World()
        self.tasks, self.printed, self.waits, self.stopped = recording.Tasks(), 0, set(), False

    def word(self, said):
        for line in reader.fold(said[self.paper.language], (self.paper.columns or 10000) - 4):
            print("    " + self.paper.paint("2", line), flush=True)

    def tell(self, phase, call, text):
        """Prints a call, and what it means. After Ctrl-C only what becomes of known sockets."""
        who = self.tasks.who(call)
        if who is None or self.stopped and not self.world.held(who, call.descriptor):
            return
        moment = next(self.world.take(who, phase, call), None)
        print(text, flush=True)
        if moment:
            self.word(words.sentence(moment))

    def new(self):
        """Prints the calls that have been answered since; not what a signal has ended."""
        for call in self.trace.calls[self.printed:]:
            self.printed += 1
            self.waits.discard(call.task)
            if call.value is not None or call.name.startswith("exit"):
                self.tell("does", call, call.text)

    def waiting(self):
        """Prints the calls that wait, once each."""
        for task, call in list(self.trace.pending.items()):
            if self.tasks.names and task not in self.waits and call.kind in recording.WAITING:
                self.waits.add(task)
                self.tell("asks", call, recording.asked(call) + " ...")

    def end(self):
        for end in sorted(set(self.trace.ends.values())):  # all threads of a program end alike
            if end.startswith("killed"):
                print(f"+++ {end} +++", flush=True)
                self.word(words.sentence(Moment("server", "killed", {"status": end}, {}, {}, [])))
        if not self.tasks.names and self.trace.calls:
            self.word(words.SAYS["no-socket"])


def trace(command, paper):
    """Until the program ends, or Ctrl-C ends it; a second Ctrl-C does so if it heeds no signal.
    Returns the exit status."""
    options = [each for each in run.OPTIONS if each not in ("-s", "96")]
    traced, stops, ended = run.Traced(command, options, output=1, errors=2), [], False
    told = Told(traced.trace, paper)
    signal.signal(signal.SIGINT, lambda number, frame: stops.append(number))
    while not ended:
        ended = traced.look()
        told.new()
        if time.monotonic() - traced.changed > 0.1:
            told.waiting()
        if stops:
            stops.clear()
            traced.send(signal.SIGKILL if told.stopped else signal.SIGINT)
            told.stopped = True
        time.sleep(0.02)
    traced.look()
    told.new()
    told.end()
    traced.end()
    return 0 if traced.trace.calls else 1  # strace has said why it cannot trace
