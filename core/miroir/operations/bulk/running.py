"""A whole run: what is to be worked, by whom, in how many shards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from miroir.errors import MiroirError
from miroir.operations.bulk.layout import Layout
from miroir.operations.bulk.plan import Plan
from miroir.operations.bulk.shard import ShardSpec
from miroir.recomputation.bulk.calendar import month_of
from miroir.store.bulk.order import BUCKETS

FILES_PER_SHARD = 20_000
BYTES_PER_SHARD = 4 << 30
SHARDS_PER_WORKER = 4
"""More shards than workers: they end at about the same time."""
_RESULT = re.compile(r"[0-9]{3}-of-([0-9]{3})-[0-9a-f]{32}\.json")


def shards_for(plan: Plan, workers: int = 1) -> int:
    """A number of shards that memory holds, a power of two up to 256."""
    files = max(month.files for month in plan.months)
    size = max(month.bytes for month in plan.months)
    wanted = max(files / FILES_PER_SHARD, size / BYTES_PER_SHARD)
    if workers > 1:
        wanted = max(wanted, workers * SHARDS_PER_WORKER)
    shards = 1
    while shards < min(wanted, BUCKETS):
        shards *= 2
    return shards


def specs_for(
    layout: Layout, plan: Plan, shards: int, *, resume: bool
) -> Iterator[ShardSpec]:
    """One per shard, all of the plan's months."""
    for shard in range(shards):
        yield ShardSpec(
            layout=layout,
            period=month_of(plan.period),
            shard=shard,
            shards=shards,
            resume=resume,
        )


def shards_found(layout: Layout, plan: Plan) -> int:
    """In how many shards the month was worked; raises MiroirError when its
    results do not tell."""
    label = str(month_of(plan.period))
    folder = layout.result(label, 0, 1, "").parent
    names = (path.name for path in folder.glob("*.json"))
    found = {int(match[1]) for name in names if (match := _RESULT.fullmatch(name))}
    if len(found) == 1:
        return found.pop()
    if not found:
        raise MiroirError(
            f"{folder}: no shard of {label} was worked; run"
            f" `miroir run --period {label} --shard 0/1` first"
        )
    counts = ", ".join(str(count) for count in sorted(found))
    raise MiroirError(
        f"{folder}: {label} was worked in {counts} shards; say which with --shards"
    )
