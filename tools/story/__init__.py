"""The story of one request: what two programs ask, what the kernel holds, and a sentence on each moment.

recording   strace's two traces as one list of events, and its file
model       from the events to the moments: after each the whole state
words       the sentence on a moment, in English and Japanese
page        the page that plays it all
"""
