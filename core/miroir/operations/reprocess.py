"""Redo one company: recollect, recompute, rediagnose, say what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from miroir.declaration.reader import DsnReading
from miroir.dossier.loop import told
from miroir.errors import NothingFound
from miroir.operations.adhesion.rechecking import recheck
from miroir.operations.dossiers.desk import ROBOT, Desk
from miroir.operations.dossiers.following import follow_analysis
from miroir.operations.recording import judged, stored_readings
from miroir.operations.sync import SourceReport, collect
from miroir.operations.workplace import Workplace
from miroir.pipeline import analyse_company, beyond_horizon
from miroir.store.changes import Change, compare
from miroir.store.database import Store, Tables
from miroir.store.runs import StoredRun
from miroir.types.diagnosis import Analysis, CompanyAnalysis
from miroir.types.period import Month

TRIGGER = "reprocess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessed:
    """A company redone. `reasons`: why the result may differ, in French.

    `dossier`: what changed in its dossier, in French; empty when nothing did.
    """

    analysis: Analysis
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]
    previous_at: datetime | None
    reports: tuple[SourceReport, ...]
    dossier: str = ""


def reprocess(
    workplace: Workplace,
    siren: str,
    *,
    since: Month | None = None,
    dry_run: bool = False,
    collecting: bool = True,
    trigger: str = TRIGGER,
) -> Reprocessed:
    """Redo one company from its sources and its archived files.

    `since` limits what is told to this month and later; the computation
    always takes the whole history. `dry_run`: nothing is collected or stored;
    without `collecting`, nothing is collected. The company's dossier, if there
    is one, follows. Raises NothingFound when no declaration of it is known.
    """
    reports = _collect(workplace, siren) if collecting and not dry_run else []
    with workplace.store.read() as tables:
        # Before reading: what comes meanwhile is still to be looked at.
        changes_seen = tables.inputs.changes_of(siren)
        news = tables.cases.news(siren)
    readings, company = _analyse(workplace, siren)
    now = workplace.clock()
    with _transaction(workplace.store, keep=not dry_run) as tables:
        previous = tables.results.last_run(siren)
        tables.declarations.record_declarations(company.view.versions)
        tables.results.save_run(company, trigger, now)
        tables.inputs.diagnosed(siren, changes_seen)
        latest = tables.results.last_run(siren)
        assert latest is not None
        desk = Desk(tables=tables, actor=ROBOT, now=now, rules=workplace.rules)
        name_of = workplace.keys.pseudonym
        followed = follow_analysis(desk, company.view, latest, name_of, news)
        changes = compare(previous, latest)
        reasons = tuple(_reasons(tables, siren, previous, latest))
    if not dry_run:
        recheck(workplace, siren)
    return Reprocessed(
        analysis=_analysis(readings, company),
        changes=tuple(change for change in changes if _told(change, since)),
        reasons=reasons,
        previous_at=previous.at if previous else None,
        reports=tuple(reports),
        dossier="" if followed is None else told(followed),
    )


def _collect(workplace: Workplace, siren: str) -> list[SourceReport]:
    return [
        collect(workplace, workplace.sources[name], siren)
        for name in sorted(workplace.sources)
    ]


def _analysis(readings: Sequence[DsnReading], company: CompanyAnalysis) -> Analysis:
    """The answer, with all that was refused or remarked in the company's files."""
    return Analysis(
        companies=(company,),
        refusals=(
            *(each for reading in readings for each in reading.refusals),
            *beyond_horizon([company.view.versions]),
        ),
        observations=tuple(
            each for reading in readings for each in reading.observations
        ),
        files_read=len(readings),
    )


def _analyse(
    workplace: Workplace, siren: str
) -> tuple[Sequence[DsnReading], CompanyAnalysis]:
    readings = stored_readings(workplace, siren)
    with workplace.store.read() as tables:
        conditions = tables.adhesions.conditions_of(siren)
        campaign = tables.campaigns.lines_of(siren)
    versions = judged(readings, siren)
    if not versions:
        raise NothingFound(
            f"No declaration of {siren} is known. Check the SIREN, or collect its"
            " files first with `miroir sync`."
        )
    knowledge = workplace.knowledge(conditions, campaign)
    company = analyse_company(siren, versions, knowledge)
    return readings, company


class _Undone(Exception):
    """Leaves a transaction without keeping it."""


@contextmanager
def _transaction(store: Store, *, keep: bool) -> Iterator[Tables]:
    """A write transaction, undone at its end when it is not to be kept."""
    try:
        with store.write() as tables:
            yield tables
            if not keep:
                raise _Undone
    except _Undone:
        pass


def _reasons(
    tables: Tables, siren: str, previous: StoredRun | None, latest: StoredRun
) -> Iterator[str]:
    """Why the result may not be the one of last time."""
    if previous is None:
        yield "première analyse de l’entreprise"
        return
    received = [tables.files.get(each) for each in tables.declarations.files_of(siren)]
    new = [file.name for file in received if file.received_at > previous.at]
    if new:
        yield f"{len(new)} fichier(s) reçu(s) depuis\u00a0: {', '.join(new[:5])}"
    if previous.version != latest.version:
        yield f"Miroir {latest.version} au lieu de {previous.version}"
    if not new and previous.inputs_hash != latest.inputs_hash:
        yield "conditions d’adhésion ou réglages modifiés"
    if previous.inputs_hash == latest.inputs_hash:
        yield (
            "mêmes déclarations, mêmes conditions d’adhésion et mêmes réglages que la"
            " dernière fois"
        )


def _told(change: Change, since: Month | None) -> bool:
    return since is None or change.period is None or change.period >= since


def follow_new(workplace: Workplace) -> list[Reprocessed]:
    """Analyse again every company whose dossier has news, and compare.

    To be called after a collection. What an earlier call was cut before is
    done too.
    """
    with workplace.store.read() as tables:
        wanted = tables.cases.to_follow()
    return [
        reprocess(workplace, siren, collecting=False, trigger="sync")
        for siren in wanted
    ]
