"""What a shard says of a month: its parts, its figures, what it left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miroir.operations.bulk.layout import as_json, read_json, write_whole
from miroir.privacy import mask
from miroir.store.bulk.parts import Part
from miroir.types.source import Refusal

FORMAT = "miroir.bulk-result/1"
FIGURES = (
    "files",
    "bytes",
    "declarations",
    "current",
    "employees",
    "sure",
    "lines",
    "revisions",
    "gaps",
    "declared",
    "due",
)
"""`declared` and `due`: 131, 132 and 106 of the month together, in cents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardResult:
    """One month of one shard. `inputs`: a sha256 of all that it was made from;
    `unprocessed`: what was not taken, masked."""

    period: int
    shard: int
    shards: int
    inputs: str
    figures: Mapping[str, int]
    parts: tuple[Part, ...]
    unprocessed: tuple[Refusal, ...] = field(default=())

    def write(self, path: Path) -> None:
        document = {
            "format": FORMAT,
            "period": self.period,
            "shard": self.shard,
            "shards": self.shards,
            "inputs": self.inputs,
            "figures": dict(self.figures),
            "parts": [part.as_json() for part in self.parts],
            "unprocessed": [refusal_json(each) for each in self.unprocessed],
        }
        write_whole(path, as_json(document))


def read_result(path: Path) -> ShardResult:
    """Raises NothingFound or StoreError."""
    found = read_json(path, "the result of a shard")
    return ShardResult(
        period=found["period"],
        shard=found["shard"],
        shards=found["shards"],
        inputs=found["inputs"],
        figures=found["figures"],
        parts=tuple(Part.from_json(each) for each in found["parts"]),
        unprocessed=tuple(Refusal(**each) for each in found["unprocessed"]),
    )


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {name: getattr(refusal, name) for name in refusal.__slots__}


def masked(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """The same, with nothing that looks like the number of a person, sorted."""
    found = {
        Refusal(
            file=mask(each.file),
            line=each.line,
            code=each.code,
            reason=mask(each.reason),
            remedy=mask(each.remedy),
        )
        for each in refusals
    }
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.code)))


def added(figures: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of some figures."""
    totals = dict.fromkeys(FIGURES, 0)
    for own in figures:
        for name in FIGURES:
            totals[name] += own[name]
    return totals
