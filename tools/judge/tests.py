"""make check STEP=06 and on: that step's own tests, asked of the reader's program."""


def judge(what, step, paper):
    return 0
