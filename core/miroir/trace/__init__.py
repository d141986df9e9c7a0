"""The journal: what was done, by whom, under which rules; nothing is ever changed."""
