"""The rule book: every mistake that is known, by the step at which it shows, in the order in which they are asked.

The first that is recognised is told; so what is certain and particular comes first, and what is left over last.
"""

from . import accepts, addresses, binds, closes, ends, listens, refusals, replies, sockets, writes

SOCKET, BIND, LISTEN, ACCEPT = sockets.CHAPTER, binds.CHAPTER, listens.CHAPTER, accepts.CHAPTER

# Where only the first steps are asked about, the program has to stay.
ALIVE = (*ends.ENDS, ends.ended)

# A later client was refused, or left waiting.
LATER = (
    writes.to_listener, *writes.DIED, accepts.listener_anew, accepts.closes_listener, accepts.binds_again,
    *accepts.FAILED, *ends.KILLED, accepts.outside_loop, writes.never_gives_up, accepts.interrupted,
    ends.success_as_failure, ends.error, accepts.ends_after_clients, accepts.once,
)
# Where only step04 is asked about: every client has to be taken, and not kept waiting.
TAKEN = (
    ends.flood, writes.precedence, writes.success_as_failure, accepts.listener_anew, accepts.closes_listener,
    *accepts.FAILED, *ends.KILLED, accepts.ends_after_clients, accepts.once, closes.missing_in_step04,
)
# A client got the wrong thing, or not the end; or nothing; or all did well, and something is left over.
WRITE = (
    replies.repeated, ends.flood, closes.lingers, closes.unread, *replies.book.mistakes, accepts.listener_anew,
    accepts.closes_listener, *closes.OPEN, writes.to_listener, *writes.DIED, *writes.NOTHING, accepts.in_child,
    *closes.LEFT_OVER, *ends.KILLED, accepts.binds_again, ends.success_as_failure, ends.error,
    accepts.ends_after_clients,
)

BOOKS = (sockets.book, addresses.book, refusals.book, binds.book, listens.book, accepts.book, accepts.LATER,
         replies.book, writes.book, closes.book, ends.book)
MISTAKES = {entry.name: entry for book in BOOKS for entry in book.mistakes}
