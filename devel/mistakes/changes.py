"""Changes of step05's server.c, and what each earns: servers that are right, and further wrong ones."""

CHANGES = ()
