"""One case per company: what is known, decided, promised, and what comes next.

Nothing here reads a clock, a file or a database: moments are arguments.
"""
