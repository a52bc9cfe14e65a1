"""python3 tools/games break|riddle PORT [NAME]: the work of tools/break and tools/riddle."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
from words import Words  # noqa: E402

from games import builds, riddles  # noqa: E402

USAGE = {
    "break": Words("usage: make break NAME=NAME", "使い方: make break NAME=名前"),
    "riddle": Words("usage: make riddle [NAME=NUMBER]", "使い方: make riddle [NAME=番号]"),
}

if __name__ == "__main__":
    command.end({"break": builds.break_step, "riddle": riddles.riddle}, USAGE)
