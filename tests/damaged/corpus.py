"""Damaged DSN made by code from a good one: all of them, by name."""

from __future__ import annotations

from functools import cache

from tests.damaged import structure, values, whole_files
from tests.damaged.good import Damage


@cache
def corpus() -> tuple[Damage, ...]:
    makers = (
        whole_files.cut,
        whole_files.encodings,
        whole_files.line_ends,
        whole_files.strangers,
        structure.spoilt_lines,
        structure.totals,
        structure.envelopes,
        structure.blocks,
        structure.misplaced_blocks,
        structure.unknown_blocks,
        values.amounts,
        values.dates,
        values.missing,
        values.identity,
        values.codes,
        values.readings,
    )
    found = tuple(damage for maker in makers for damage in maker())
    assert len({damage.name for damage in found}) == len(found)
    return found
