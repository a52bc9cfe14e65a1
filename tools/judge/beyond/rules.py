"""The rule book of steps 06 to 09."""

from .answers import READ
from .said import EXPECTED
from .silent import EPOLL, FORK, THREAD

BOOKS = {6: READ, 7: FORK, 8: THREAD, 9: EPOLL}
MISTAKES = {entry.name: entry for book in BOOKS.values() for entry in book.mistakes}
__all__ = ["BOOKS", "EXPECTED", "MISTAKES"]
