"""The experiments of docs/detectives.md: each builds a riddle, and looks at it as a detective would."""
from experiments import FILES, LOOK, ONCE, WAITS
from scene import hide, see, states


def opened(number):
    """The riddle of this number is started in terminal 1."""
    return (1, f"make riddle NAME={number}"), (1, "strace ./a.out", WAITS)


colleague05 = (*opened(22), (3, "ss -ltn 'sport = :8001'"), (1, "^C"))  # bind/loopback-only
liar05 = (*opened(63), (2, ONCE), (1, "^C"))  # bind/port-zero
astray05 = (*opened(29), (2, ONCE, ""), see(1, WAITS, 2), (2, "^C"), (1, "^C"))  # accept/precedence
held05 = (*opened(56), (2, ONCE, ""), see(1, WAITS, 2), (3, FILES), (2, "^C"),
          (1, "^C"))  # close/duplicate
slowly05 = (*opened(12), (2, ONCE), (2, ONCE), (2, ONCE), (3, FILES), (1, "^C"))  # close/leak
polite05 = (*opened(49), (2, ONCE, ""), see(1, r"^read\(4"), states("ESTAB"), (3, LOOK), hide(1),
            (1, "^C"))  # write/waits-for-more
first05 = (*opened(96), (2, ONCE, ""), see(1, r"EBADF \(Bad file descriptor\)$"), hide(1),
           (2, "^C"), (2, ONCE), (1, "^C"))  # accept/closes-listener
