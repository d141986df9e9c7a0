"""Results of analyses: every run is kept, the latest is the current one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import Connection, Table, insert, select

from miroir.privacy import Keys
from miroir.store.employees import Employees
from miroir.store.redaction import Redaction
from miroir.store.runs import (
    GapKey,
    RunSummary,
    StoredGap,
    StoredPayment,
    StoredRun,
)
from miroir.store.stored import diagnosis_row, gap_row, read_diagnosis, read_gap
from miroir.store.tables import analysis_run, diagnosis, gap, payment_gap
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyAnalysis, CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.thresholds import NO_THRESHOLDS


class Results:
    """Tables `analysis_run`, `gap`, `payment_gap` and `diagnosis`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def save_run(self, analysis: CompanyAnalysis, trigger: str, at: datetime) -> int:
        """Store the result of a company; gives the id of the run.

        `trigger` says what started it («sync», «reprocess»). Only persons who
        have a gap, or whom a diagnosis names, are stored.
        """
        redaction = Redaction(analysis, self._keys)
        names = Employees(self._connection, self._keys).remember(_persons(analysis))
        run = self._insert_run(analysis, redaction, trigger, at)
        gaps = _gaps(analysis.view.gaps, names, redaction)
        self._insert(gap, [gap_row(run, key, item) for key, item in gaps.items()])
        payments = [item for item in analysis.view.payments if item.amount]
        self._insert(
            payment_gap,
            [
                {
                    "run_id": run,
                    "position": position,
                    **{name: getattr(item, name) for name in _PAYMENT},
                }
                for position, item in enumerate(payments)
            ],
        )
        rows = [
            diagnosis_row(run, item, names, redaction) for item in analysis.diagnoses
        ]
        self._insert(diagnosis, rows)
        return run

    def last_run(self, siren: str, before: int | None = None) -> StoredRun | None:
        """The current result of a company, or the one that came before a run."""
        table = analysis_run.c
        query = select(analysis_run).where(table.siren == siren)
        if before is not None:
            query = query.where(table.id < before)
        latest = query.order_by(table.id.desc()).limit(1)
        row = self._connection.execute(latest).mappings().first()
        if row is None:
            return None
        return StoredRun(
            **{**row, "failures": tuple(row["failures"])},
            gaps=self._gaps_of(row["id"]),
            payments=self._payments_of(row["id"]),
            diagnoses=tuple(
                read_diagnosis(found)
                for found in self._connection.execute(
                    select(diagnosis)
                    .where(diagnosis.c.run_id == row["id"])
                    .order_by(diagnosis.c.rank)
                ).mappings()
            ),
        )

    def history(self, siren: str) -> tuple[RunSummary, ...]:
        """The runs of a company, the newest first."""
        columns = [analysis_run.c[name] for name in _SUMMARY]
        query = (
            select(*columns)
            .where(analysis_run.c.siren == siren)
            .order_by(analysis_run.c.id.desc())
        )
        rows = self._connection.execute(query).mappings()
        return tuple(RunSummary(**row) for row in rows)

    def _insert_run(
        self,
        analysis: CompanyAnalysis,
        redaction: Redaction,
        trigger: str,
        at: datetime,
    ) -> int:
        row = {
            "siren": analysis.view.siren,
            "at": at,
            "trigger": trigger,
            "version": version("miroir"),
            "inputs_hash": inputs_hash(analysis.view),
            "failures": [redaction.text(failure) for failure in analysis.failures],
        }
        new = self._connection.execute(insert(analysis_run).values(row))
        (run,) = new.inserted_primary_key or (0,)
        return int(run)

    def _insert(self, table: Table, rows: list[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _gaps_of(self, run: int) -> dict[GapKey, StoredGap]:
        keys = (gap.c.siret, gap.c.period, gap.c.pseudonym, gap.c.contract)
        query = select(gap).where(gap.c.run_id == run).order_by(*keys)
        rows = self._connection.execute(query).mappings()
        return dict(read_gap(row) for row in rows)

    def _payments_of(self, run: int) -> tuple[StoredPayment, ...]:
        columns = [payment_gap.c[name] for name in _PAYMENT]
        query = (
            select(*columns)
            .where(payment_gap.c.run_id == run)
            .order_by(payment_gap.c.position)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(StoredPayment(**row) for row in rows)


_PAYMENT = ("siret", "institution", "period", "declared", "expected", "accepted")
_SUMMARY = ("id", "at", "trigger", "version", "inputs_hash")


def inputs_hash(view: CompanyView) -> str:
    """A sha256 of what the analysis was made from: files, conditions, settings."""
    lines = [
        f"{version.declaration.sha256}:{version.declaration.block.line}"
        f":{version.status.value}"
        for version in view.versions
    ]
    # Where a condition stands in its file changes nothing in what it says.
    lines += [repr(replace(item, file="", line=0)) for item in view.conditions]
    lines.append(f"tolerance:{view.tolerance}")
    if view.thresholds != NO_THRESHOLDS:
        lines.append(f"thresholds:{view.thresholds}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _persons(analysis: CompanyAnalysis) -> set[PersonNumber]:
    persons = {line.person for line in analysis.view.gaps}
    for item in analysis.diagnoses:
        persons.update(item.finding.persons)
    return persons


def _gaps(
    lines: Iterable[MirrorLine],
    names: dict[PersonNumber, str],
    redaction: Redaction,
) -> dict[GapKey, StoredGap]:
    gaps: dict[GapKey, StoredGap] = {}
    for line in lines:
        contract = redaction.contract(line.contract)
        key = GapKey(line.siret, names[line.person], contract, line.period)
        found = StoredGap(
            declared=line.declared,
            due=line.calculation.due,
            basis=line.calculation.basis,
        )
        # A contract's number may be used again from another start date.
        gaps[key] = gaps[key] + found if key in gaps else found
    return gaps
