"""Who a DSN file is about, from a few of its bytes: no line is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

START = b"S20.G00.05.001,'"
_MONTH = re.compile(rb"S20\.G00\.05\.005,'01(0[1-9]|1[0-2])([12][0-9]{3})'")
_SIREN = re.compile(rb"S21\.G00\.06\.001,'([0-9]{9})'")
_NIC = re.compile(rb"S21\.G00\.11\.001,'([0-9]{5})'")
_EMPLOYEE = b"S21.G00.30."
_HEAD = 1 << 16
"""Bytes of a declaration in which its head stands."""


class Head(NamedTuple):
    """One declaration: SIREN and SIRET as numbers, year x 12 + month - 1."""

    siren: int
    siret: int
    period: int


def heads_of(content: bytes) -> tuple[Head, ...] | None:
    """The declarations of a file, once each; None when one cannot be told."""
    return heads_at(
        starts_in(content), len(content), lambda start, end: content[start:end]
    )


def heads_at(
    starts: Iterable[int], length: int, read: Callable[[int, int], bytes]
) -> tuple[Head, ...] | None:
    """As `heads_of`, where declarations start being known already.

    `read`: the bytes of the file from one place to another.
    """
    spans = _spans(list(starts), length)
    found = [_head(read(start, end)) for start, end in spans]
    known = [head for head in found if head is not None]
    if not known or len(known) < len(found):
        return None
    return tuple(dict.fromkeys(known))


def starts_in(content: bytes | bytearray, end: int | None = None) -> Iterator[int]:
    """Where a declaration starts in these bytes, up to `end`."""
    position = content.find(START, 0, end)
    while position >= 0:
        yield position
        position = content.find(START, position + len(START), end)


def _spans(starts: list[int], end: int) -> Iterator[tuple[int, int]]:
    for start, following in pairwise([*starts, end]):
        yield start, min(following, start + _HEAD)


def _head(text: bytes) -> Head | None:
    text = text[: text.find(_EMPLOYEE)] if _EMPLOYEE in text else text
    month, siren, nic = (each.search(text) for each in (_MONTH, _SIREN, _NIC))
    if month is None or siren is None or nic is None:
        return None
    number = int(siren[1])
    return Head(
        siren=number,
        siret=number * 100_000 + int(nic[1]),
        period=int(month[2]) * 12 + int(month[1]) - 1,
    )
