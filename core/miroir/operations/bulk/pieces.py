"""Where the received files of a shard are, by their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from miroir.declaration.columns.tables import Piece
from miroir.errors import MiroirError
from miroir.source.segment_rows import IN_PLACE, SEGMENT_BITS, Rows, record_of
from miroir.source.segments import Segments
from miroir.types.source import Refusal

_PLACE = ("segment", "at", "kind", "offset", "length")


def located(
    rows: Rows, segments: Segments
) -> tuple[list[Piece], list[int], list[Refusal]]:
    """The files of some rows, once each, and those that are lost."""
    places = zip(*(rows[name].tolist() for name in _PLACE), strict=True)
    known = {record_of(segment, at): rest for segment, at, *rest in places}
    elsewhere = [number for number, place in known.items() if place[0] == IN_PLACE]
    paths, refusals = _in_place(elsewhere, segments)
    whole = {each: str(segments.path(each)) for each in np.unique(rows["segment"])}
    pieces, records = [], []
    for number, (kind, offset, length) in known.items():
        if kind == IN_PLACE and number not in paths:
            continue
        path = paths.get(number) or whole[number >> SEGMENT_BITS]
        name = f"{number:x}"
        pieces.append(Piece(name=name, path=path, offset=offset, length=length))
        records.append(number)
    return pieces, records, refusals


def _in_place(
    records: Sequence[int], segments: Segments
) -> tuple[dict[int, str], list[Refusal]]:
    """Where files that were left in place are; those that are lost."""
    paths, refusals = {}, []
    for number, stored in zip(records, segments.all_stored(records), strict=True):
        try:
            stored.check()
            paths[number] = stored.path
        except MiroirError as error:
            refusals.append(_lost(number, str(error)))
    return paths, refusals


def _lost(number: int, reason: str) -> Refusal:
    return Refusal(file=f"{number:x}", line=0, code="FILE_UNREADABLE", reason=reason)
