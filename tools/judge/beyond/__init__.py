"""make check STEP=06 to 09: a learner's server that answers HTTP, judged by what clients get and the kernel shows."""
