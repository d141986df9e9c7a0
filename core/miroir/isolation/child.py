"""The child: `python -I -m miroir.isolation.child`, started by a host.

Calls come on its standard input, answers go to its standard output. What the
handler prints goes to the standard error.
"""

from __future__ import annotations

import os

from miroir.isolation.serving import serve


def main() -> None:
    """Take the two pipes away from the code that will run here, and serve."""
    calls, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    with os.fdopen(calls, "rb") as incoming, os.fdopen(answers, "wb", 0) as outgoing:
        serve(incoming, outgoing)


if __name__ == "__main__":
    main()
