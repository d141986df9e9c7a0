"""Who a DSN file is about, from a few of its bytes: no line is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from mmap import mmap
from typing import NamedTuple

Content = bytes | mmap

_START = b"S20.G00.05.001,'"
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


def heads_of(content: Content) -> tuple[Head, ...] | None:
    """The declarations of a file, once each; None when one cannot be told."""
    starts = list(_starts(content))
    found = [_head(content, *span) for span in _spans(starts, len(content))]
    known = [head for head in found if head is not None]
    if not known or len(known) < len(found):
        return None
    return tuple(dict.fromkeys(known))


def _starts(content: Content) -> Iterator[int]:
    position = content.find(_START)
    while position >= 0:
        yield position
        position = content.find(_START, position + len(_START))


def _spans(starts: list[int], end: int) -> Iterator[tuple[int, int]]:
    for start, following in pairwise([*starts, end]):
        yield start, min(following, start + _HEAD)


def _head(content: Content, start: int, end: int) -> Head | None:
    text = content[start:end]
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
