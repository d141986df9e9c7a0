"""What to correct in the DSN, how, in which month, and what is left after it."""
