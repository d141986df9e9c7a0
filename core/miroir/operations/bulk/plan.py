"""What a run works on, frozen: every shard reads the same, without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from miroir import parameters
from miroir.errors import NothingFound, StoreError
from miroir.operations.bulk.layout import Layout, as_json, keep, read_json, write_whole
from miroir.recomputation.bulk.calendar import month_of, number_of
from miroir.source.segment_rows import ROW, Rows
from miroir.store.bulk.order import in_shard
from miroir.store.bulk.parts import Part
from miroir.types.amounts import Cents
from miroir.types.period import Month

if TYPE_CHECKING:
    from miroir.store.bulk.batches import PublishedBatch

FORMAT = "miroir.bulk-plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMonth:
    """A month to work. `pieces`: the list of what was received for it;
    `inputs`: a sha256 of all that its result depends on."""

    period: int
    pieces: str
    files: int
    bytes: int
    inputs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`months`: in order, the one asked for last. `history`: the manifests of
    the months already published. `tolerance` in cents."""

    period: int
    version: str
    tolerance: Cents
    conditions: str
    pseudonym_id: str
    months: tuple[PlannedMonth, ...]
    history: Mapping[int, str]

    def as_json(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "period": str(month_of(self.period)),
            "version": self.version,
            "tolerance": self.tolerance,
            "conditions": self.conditions,
            "pseudonym_id": self.pseudonym_id,
            "months": [
                {**{n: getattr(each, n) for n in each.__slots__}}
                for each in self.months
            ],
            "history": {str(month): name for month, name in self.history.items()},
        }


def make_plan(
    layout: Layout,
    period: Month,
    published: Sequence[PublishedBatch],
    conditions: bytes,
    *,
    tolerance: Cents,
    pseudonym_id: str,
) -> Plan:
    """Decide what is to be worked, and freeze it for the shards.

    Every month of the year that is not published, or whose inputs are not
    those of its publication, comes before the one asked for. Raises
    BeyondHorizon, NothingFound when nothing was received for the month.
    """
    parameters.ceiling(period.first)
    asked = number_of(period)
    january = number_of(period.january)
    rows = layout.segments.rows(range(january, asked + 1))
    if not (rows["period"] == asked).any():
        raise NothingFound(
            f"{period}: no file was received for this month; name files or folders"
            " to receive"
        )
    known = {number_of(each.period): each for each in published}
    kept = keep(layout.inputs, conditions)
    common = (version("miroir"), str(tolerance), kept, pseudonym_id)
    months, history = _to_work(layout, rows, range(january, asked + 1), common, known)
    plan = Plan(
        period=asked,
        version=common[0],
        tolerance=tolerance,
        conditions=kept,
        pseudonym_id=pseudonym_id,
        months=months,
        history=history,
    )
    write_whole(layout.plan(str(period)), as_json(plan.as_json()))
    return plan


def _to_work(
    layout: Layout,
    rows: Rows,
    year: range,
    common: Sequence[str],
    known: Mapping[int, PublishedBatch],
) -> tuple[tuple[PlannedMonth, ...], Mapping[int, str]]:
    """The months to work, and the manifests of those that stay as they are.

    A month's inputs are those of the months before it, then its own: from the
    first that changed on, all are worked again.
    """
    history = {month: own.manifest for month, own in known.items() if month < year[0]}
    months: list[PlannedMonth] = []
    chain = hashlib.sha256("\n".join(common).encode())
    for month in year:
        own = _sorted(rows[rows["period"] == month])
        chain.update(own["sha256"].tobytes())
        inputs = chain.hexdigest()
        batch = known.get(month)
        if batch and batch.inputs == inputs and not months and month < year[-1]:
            history[month] = batch.manifest
        elif len(own) or batch:
            months.append(_planned(layout, month, own, inputs))
    return tuple(months), history


def read_plan(layout: Layout, period: Month) -> Plan:
    """The plan made last for a month; raises NothingFound, StoreError."""
    what = (
        f"the plan of {period}, which `miroir run --period {period} --prepare` makes,"
    )
    found = read_json(layout.plan(str(period)), what)
    if found.get("format") != FORMAT or found.get("version") != version("miroir"):
        raise StoreError(
            f"{layout.plan(str(period))}: the plan was made by another version of"
            " Miroir; make it again with --prepare"
        )
    return _plan(found)


def pieces_of(layout: Layout, month: PlannedMonth, shard: int, shards: int) -> Rows:
    """The rows of a month that a shard works, in the order of the segments."""
    path = layout.inputs / month.pieces
    try:
        rows = np.fromfile(path, ROW)
    except OSError as error:
        raise StoreError(
            f"{path}: the list of received files cannot be read ({error.strerror});"
            " make the plan again with --prepare"
        ) from None
    return rows[in_shard(rows["siren"], shard, shards)]


def manifest_parts(layout: Layout, manifest: str) -> tuple[Part, ...]:
    """The parts of a published month."""
    found = read_json(layout.manifests / manifest, "the manifest of a month")
    return tuple(Part.from_json(each) for each in found["parts"])


def _planned(layout: Layout, month: int, rows: Rows, inputs: str) -> PlannedMonth:
    files = np.unique(rows[["segment", "at"]])
    lengths = rows["length"][
        np.unique(rows["sha256"].view("S32"), return_index=True)[1]
    ]
    return PlannedMonth(
        period=month,
        pieces=keep(layout.inputs, rows.tobytes()),
        files=len(files),
        bytes=int(lengths.sum()),
        inputs=inputs,
    )


def _sorted(rows: Rows) -> Rows:
    return rows[np.lexsort((rows["siret"], rows["at"], rows["segment"]))]


def _plan(found: dict[str, Any]) -> Plan:
    return Plan(
        period=number_of(Month.parse(found["period"])),
        version=found["version"],
        tolerance=found["tolerance"],
        conditions=found["conditions"],
        pseudonym_id=found["pseudonym_id"],
        months=tuple(PlannedMonth(**each) for each in found["months"]),
        history={int(month): name for month, name in found["history"].items()},
    )
