"""The story of a request: what programs ask, what the kernel holds, a sentence on each moment."""
