"""Every adhesion condition at once, in one file that shards read in part.

The first line gives where each bucket begins, in bytes after it; then one
JSON object per condition, by bucket and SIREN.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from miroir.errors import StoreError
from miroir.store.bulk.order import BUCKETS, bucket_of
from miroir.types.adhesion import AdhesionCondition, Headcount

TEXTS = ("siren", "siret", "category", "idcc", "institution", "periodicity")
RATES = ("rate_t1", "rate_t2", "employer_share")


def written(conditions: Iterable[AdhesionCondition]) -> bytes:
    """The file; the same conditions give the same bytes."""
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for condition in conditions:
        bucket = int(bucket_of(np.array([int(condition.siren)]))[0])
        buckets[bucket].append(json.dumps(_row(condition)).encode() + b"\n")
    contents = [b"".join(lines) for lines in buckets]
    starts = np.cumsum([0, *(len(content) for content in contents)]).tolist()
    return json.dumps(starts).encode() + b"\n" + b"".join(contents)


def read(
    path: Path, shard: int, shards: int
) -> Mapping[int, tuple[AdhesionCondition, ...]]:
    """The conditions of a shard's companies, by SIREN; raises StoreError."""
    found: dict[int, list[AdhesionCondition]] = {}
    try:
        with path.open("rb") as file:
            starts = json.loads(file.readline())
            first = file.tell()
            for bucket in range(shard, BUCKETS, shards):
                file.seek(first + starts[bucket])
                content = file.read(starts[bucket + 1] - starts[bucket])
                for line in content.splitlines():
                    condition = _condition(json.loads(line))
                    found.setdefault(int(condition.siren), []).append(condition)
    except OSError as error:
        raise StoreError(
            f"{path}: the adhesion conditions cannot be read ({error.strerror});"
            " make the plan again with --prepare"
        ) from None
    return {siren: tuple(own) for siren, own in found.items()}


def _row(condition: AdhesionCondition) -> dict[str, Any]:
    until = condition.valid_until
    return {
        **{name: getattr(condition, name) for name in TEXTS},
        **{name: str(getattr(condition, name)) for name in RATES},
        "valid_from": condition.valid_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "headcount": None if condition.headcount is None else condition.headcount.value,
    }


def _condition(row: Mapping[str, Any]) -> AdhesionCondition:
    until, headcount = row["valid_until"], row["headcount"]
    values: dict[str, Any] = {name: row[name] for name in TEXTS}
    values |= {name: Decimal(row[name]) for name in RATES}
    return AdhesionCondition(
        **values,
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=None if until is None else date.fromisoformat(until),
        headcount=None if headcount is None else Headcount(headcount),
    )
