"""The experiments of docs/detectives.md: each builds a riddle of make riddle, and looks at it as a detective would.

README.md beside this file says how a page shows what came out.
"""

from experiments import FILES, LOOK, ONCE, settled, stopped


def opened(scene, number):
    """Has the riddle of this number in ./a.out, and starts it in terminal 1."""
    scene.run(1, f"make riddle NAME={number}")
    scene.type(1, "strace ./a.out")
    scene.sees(1, r"accept\(")


def colleague05(scene):
    opened(scene, 22)  # bind/loopback-only
    scene.run(3, "ss -ltn 'sport = :8001'")
    stopped(scene, 1)


def liar05(scene):
    opened(scene, 63)  # bind/port-zero
    scene.run(2, ONCE)
    stopped(scene, 1)


def astray05(scene):
    opened(scene, 29)  # accept/precedence
    scene.type(2, ONCE)
    scene.sees(1, r"accept\(", 2)
    stopped(scene, 2, 1)


def held05(scene):
    opened(scene, 56)  # close/duplicate
    scene.type(2, ONCE)
    scene.sees(1, r"accept\(", 2)
    scene.run(3, FILES)
    stopped(scene, 2, 1)


def slowly05(scene):
    opened(scene, 12)  # close/leak
    for _ in range(3):
        scene.run(2, ONCE)
    scene.run(3, FILES)
    stopped(scene, 1)


def polite05(scene):
    opened(scene, 49)  # write/waits-for-more
    scene.type(2, ONCE)
    scene.sees(1, r"^read\(4, $")
    settled(scene, "ESTAB")
    scene.run(3, LOOK)
    scene.enough(1)
    stopped(scene, 1)
    scene.shows_prompt(2)


def first05(scene):
    opened(scene, 96)  # accept/closes-listener
    scene.type(2, ONCE)
    scene.sees(1, r"EBADF \(Bad file descriptor\)$")
    scene.enough(1)
    stopped(scene, 2)
    scene.run(2, ONCE)
    stopped(scene, 1)
