"""Write docs/errors.md from core/miroir/errors.py: python docs/make_errors.py."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from miroir import errors

PAGE = Path(__file__).with_name("errors.md")
_HEAD = """\
# Errors

<!-- Written by docs/make_errors.py from core/miroir/errors.py. -->

What Miroir raises, and what a plugin may raise. A message says what was wrong, where,
and what to do; the class says whether trying again can help. What is refused in a DSN,
line by line, has codes of its own: [refusals](refusals.md).
"""


def render() -> str:
    """The whole page."""
    head = "| error | is a | means | try again |\n| --- | --- | --- | --- |"
    return "\n".join([_HEAD, head, *_rows(), ""])


def classes() -> list[type[errors.MiroirError]]:
    """Every error, in the order of the file."""
    found = vars(errors).values()
    return [
        each
        for each in found
        if isinstance(each, type) and issubclass(each, errors.MiroirError)
    ]


def _rows() -> Iterator[str]:
    for each in classes():
        family = ", ".join(
            f"`{base.__name__}`" for base in each.__bases__ if base is not Exception
        )
        words = " ".join((inspect.getdoc(each) or "").split())
        again = "yes" if issubclass(each, errors.Retriable) else "no"
        yield f"| `{each.__name__}` | {family or '—'} | {words} | {again} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
