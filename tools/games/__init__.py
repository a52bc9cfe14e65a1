"""make break, make riddle and make explain: mistakes to make, to find, and to read about."""
