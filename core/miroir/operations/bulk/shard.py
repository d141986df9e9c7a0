"""One shard: the companies whose bucket is its own, month after month.

A shard depends on what the plan froze and on nothing else: worked twice, or
elsewhere, it gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from miroir.declaration.columns.scan import prepare_process
from miroir.errors import MiroirError, StoreError
from miroir.operations.bulk.conditions import MonthTariffs
from miroir.operations.bulk.excerpts import Excerpts
from miroir.operations.bulk.full import FullPath
from miroir.operations.bulk.history import History
from miroir.operations.bulk.layout import Layout
from miroir.operations.bulk.month import MonthWork, Outcome
from miroir.operations.bulk.pieces import located
from miroir.operations.bulk.plan import (
    Plan,
    PlannedMonth,
    manifest_parts,
    pieces_of,
    read_plan,
)
from miroir.operations.bulk.results import (
    FIGURES,
    ShardResult,
    masked,
    read_result,
)
from miroir.operations.bulk.scanning import Scanned, scanned
from miroir.operations.bulk.spill import RANGE_ROWS, Range, Spill
from miroir.operations.bulk.sure import SureLines
from miroir.operations.bulk.versions import Mask, current
from miroir.operations.bulk.writing import PartWriter
from miroir.privacy import Keys, load_keys
from miroir.recomputation.bulk.calendar import month_of
from miroir.source.segment_rows import Rows
from miroir.store.bulk.conditions import read as read_conditions
from miroir.store.bulk.names import Namer
from miroir.store.bulk.order import in_shard
from miroir.store.bulk.parts import Part
from miroir.store.bulk.records import AMOUNTS, Kind, chosen
from miroir.types.adhesion import AdhesionCondition
from miroir.types.period import Month
from miroir.types.source import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardSpec:
    """What a worker is told. `resume`: a result made from the same inputs is
    taken as it is; `range_rows`: employees held in memory."""

    layout: Layout
    period: Month
    shard: int
    shards: int
    resume: bool = False
    range_rows: int = RANGE_ROWS


def run_shard(spec: ShardSpec) -> tuple[ShardResult, ...]:
    """Work every month of the plan; a result file for each.

    Touches no database. Raises MiroirError.
    """
    prepare_process()
    work = _ShardWork.of(spec, read_plan(spec.layout, spec.period))
    return tuple(work.month(month) for month in work.plan.months)


def shard_inputs(
    plan: Plan, month: PlannedMonth, pieces: Rows, history: Mapping[int, Sequence[Part]]
) -> str:
    """A sha256 of what the result of a shard's month is made from."""
    digest = hashlib.sha256()
    common = (plan.version, plan.tolerance, plan.conditions, plan.pseudonym_id)
    digest.update(repr((month.period, *common)).encode())
    digest.update(pieces[["sha256", "siren", "siret", "segment", "at"]].tobytes())
    for earlier in sorted(history):
        digest.update(f"{earlier}:".encode())
        digest.update(",".join(part.sha256 for part in history[earlier]).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _ShardWork:
    spec: ShardSpec
    plan: Plan
    keys: Keys
    conditions: Mapping[int, Sequence[AdhesionCondition]]
    history: dict[int, Sequence[Part]]

    @classmethod
    def of(cls, spec: ShardSpec, plan: Plan) -> _ShardWork:
        keys = load_keys(spec.layout.keys)
        if keys.pseudonym_id != plan.pseudonym_id:
            raise MiroirError(
                f"{spec.layout.keys}: the key file is not the one of the plan"
                f" («{plan.pseudonym_id}»); give every machine the same one"
            )
        path = spec.layout.inputs / plan.conditions
        history: dict[int, Sequence[Part]] = {
            month: manifest_parts(spec.layout, manifest)
            for month, manifest in plan.history.items()
        }
        conditions = read_conditions(path, spec.shard, spec.shards)
        return cls(spec, plan, keys, conditions, history)

    def month(self, month: PlannedMonth) -> ShardResult:
        spec = self.spec
        pieces = pieces_of(spec.layout, month, spec.shard, spec.shards)
        inputs = shard_inputs(self.plan, month, pieces, self.history)
        label = str(month_of(month.period))
        path = spec.layout.result(label, spec.shard, spec.shards, inputs)
        if spec.resume and path.exists():
            result = read_result(path)
        else:
            result = self._work(month, pieces, inputs)
            result.write(path)
        self.history[month.period] = result.parts
        return result

    def _work(self, month: PlannedMonth, rows: Rows, inputs: str) -> ShardResult:
        spec = self.spec
        with Excerpts(spec.layout.segments) as excerpts:
            pieces, records, refusals = located(rows, excerpts.segments)
            namer = Namer.of(self.keys)
            spill = Spill(spec.layout.scratch, namer, spec.range_rows)
            try:
                found = scanned(pieces, records, excerpts, spill)
                return self._told(month, found, excerpts, inputs, refusals)
            except FileNotFoundError as error:
                raise StoreError(
                    f"{error.filename}: these received files are lost; restore them"
                    " from a backup; nothing was published"
                ) from None
            finally:
                spill.close()

    def _told(
        self,
        month: PlannedMonth,
        found: Scanned,
        excerpts: Excerpts,
        inputs: str,
        refusals: list[Refusal],
    ) -> ShardResult:
        spec = self.spec
        kept = self._kept(month, found, excerpts)
        work = self._month_work(month, excerpts)
        writer = _Writers(spec.layout)
        figures = dict.fromkeys(FIGURES, 0)
        figures["files"] = len(found.pieces)
        figures["bytes"] = sum(piece.length for piece in found.pieces)
        figures["declarations"] = int(found.declarations["read"].sum())
        figures["current"] = int(kept.sum())
        for given in found.spill.ranges():
            given = _valid(given, kept)
            outcome = work.run(found, given)
            writer.add(outcome)
            _count(figures, outcome)
        return ShardResult(
            period=month.period,
            shard=spec.shard,
            shards=spec.shards,
            inputs=inputs,
            figures=figures,
            parts=writer.close(),
            unprocessed=masked([*refusals, *found.refusals]),
        )

    def _kept(self, month: PlannedMonth, found: Scanned, excerpts: Excerpts) -> Mask:
        """The valid declarations of the month and of the shard's companies."""
        rows = found.declarations
        kept = current(found, excerpts)
        kept &= rows["period"] == month.period
        return kept & in_shard(rows["siren"], self.spec.shard, self.spec.shards)

    def _month_work(self, month: PlannedMonth, excerpts: Excerpts) -> MonthWork:
        layout, spec = self.spec.layout, self.spec
        namer, tolerance = Namer.of(self.keys), self.plan.tolerance
        history = History(layout.parts, dict(self.history), spec.shard, spec.shards)
        full = FullPath(
            excerpts=excerpts,
            history=history,
            conditions=lambda siren: self.conditions.get(siren, ()),
            namer=namer,
            keys=self.keys,
            tolerance=tolerance,
        )
        return MonthWork(
            period=month.period,
            history=history,
            full=full,
            tariffs=MonthTariffs(month_of(month.period), self.conditions),
            sure_lines=SureLines(month.period, namer, self.keys, tolerance),
        )


@dataclass(slots=True)
class _Writers:
    """One writer for each kind of part."""

    layout: Layout
    kinds: dict[Kind, PartWriter] | None = None

    def add(self, outcome: Outcome) -> None:
        if self.kinds is None:
            self.kinds = {kind: PartWriter(self.layout.parts, kind) for kind in Kind}
        for kind, writer in self.kinds.items():
            writer.add(getattr(outcome, kind.value))

    def close(self) -> tuple[Part, ...]:
        writers = (self.kinds or {}).values()
        return tuple(part for writer in writers for part in writer.close())


def _valid(given: Range, kept: Mask) -> Range:
    """The rows of the declarations that are kept."""
    valid = kept[given.records["declaration"]]
    if valid.all():
        return given
    return replace(given, records=chosen(given.records, valid))


def _count(figures: dict[str, int], outcome: Outcome) -> None:
    lines = outcome.lines
    compared = lines["basis"] > 0
    figures["employees"] += outcome.employees
    figures["sure"] += outcome.sure
    figures["lines"] += int(np.count_nonzero(compared))
    figures["revisions"] += len(outcome.revisions)
    figures["gaps"] += len(outcome.gaps)
    for code in AMOUNTS:
        declared = int(lines[f"declared_{code}"].sum(where=compared))
        figures["declared"] += declared
        gap = int(lines[f"gap_{code}"].sum(where=compared))
        figures["due"] += declared - gap
