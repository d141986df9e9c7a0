"""A long document as JSON text: what belongs together stands on one line.

A gap, an employee or a piece of evidence is a line of text, so that a large
company is written fast, and two runs can be compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain

MOST = 30
"""Items that a list on one line may have."""
DEPTH = 3
"""Lists and objects in each other that may stand on one line."""
_one_line = json.JSONEncoder(ensure_ascii=False).encode


def text_of(document: Mapping[str, object]) -> Iterator[str]:
    """The text in pieces, to be written one after the other."""
    return chain(_laid_out(document, "\n"), ("\n",))


def _laid_out(value: object, end: str) -> Iterator[str]:
    """`end`: the line feed before what closes it, with its indent."""
    if isinstance(value, Mapping) and value:
        yield "{"
        before = f"{end} "
        for key, item in value.items():
            yield f"{before}{_one_line(key)}: "
            yield from _laid_out(item, f"{end} ")
            before = f",{end} "
        yield f"{end}}}"
    elif isinstance(value, list | tuple) and value:
        yield "["
        before = f"{end} "
        for item in value:
            yield before
            if _short(item, DEPTH):
                yield _one_line(item)
            else:
                yield from _laid_out(item, f"{end} ")
            before = f",{end} "
        yield f"{end}]"
    else:
        yield _one_line(value)


def _short(value: object, depth: int) -> bool:
    """Whether it may stand on one line."""
    if isinstance(value, Mapping):
        return bool(depth) and all(_short(each, depth - 1) for each in value.values())
    if isinstance(value, list | tuple):
        few = bool(depth) and len(value) <= MOST
        return few and all(_short(each, depth - 1) for each in value)
    return True
