"""The mistakes, in the order in which they are asked for: the first recognised is told. What is
certain and particular comes first; then how the program ended; then what did not come."""

from ..rule import MISTAKES, lesson, recognised
from . import wild, bind, accept, write, close, late

__all__ = ["MISTAKES", "lesson", "recognised", "wild", "bind", "accept", "write", "close", "late"]
