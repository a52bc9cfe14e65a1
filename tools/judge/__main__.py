"""python3 tools/judge check PORT [COMMAND]: the work of tools/check."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import guard  # noqa: E402

guard.begin()

import command  # noqa: E402

from judge import whole  # noqa: E402
from judge.texts.phrases import say  # noqa: E402

if __name__ == "__main__":
    command.end({"check": whole.main}, {"check": say("usage-check", tool="check")})
