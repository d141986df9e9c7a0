"""Files that hold what was expected: a change is seen, and read before it is kept."""

from __future__ import annotations

import os
from pathlib import Path

WRITE = "MIROIR_WRITE_GOLDEN"
"""With this variable set, what is found becomes what is expected."""


def assert_golden(file: Path, found: str) -> None:
    """Compare with the file; AssertionError shows both texts.

    A file that is not there is an error too: it has to be looked at once.
    """
    text = f"{found.rstrip()}\n"
    if os.environ.get(WRITE):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return
    assert file.exists(), f"{file.name}: not there; {WRITE}=1 pytest writes it"
    expected = file.read_text(encoding="utf-8")
    assert text == expected, f"{file.name}: not as expected; {WRITE}=1 pytest writes it"
