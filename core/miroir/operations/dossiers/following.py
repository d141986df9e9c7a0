"""What each new analysis of a company changes in its dossier, and says there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from miroir.correction.due_dates import calendars_of
from miroir.diagnostic.ranking import BACKGROUND
from miroir.dossier.closing import blockers, outcome_of
from miroir.dossier.loop import Followed, Found, follow, remaining, told
from miroir.dossier.measure import MOVE_TO, measured
from miroir.dossier.memory import explained
from miroir.dossier.model import (
    Commitment,
    Dossier,
    EventKind,
    Hypothesis,
    TrackedGap,
)
from miroir.dossier.reminders import commitment_key
from miroir.dossier.states import (
    COMMITMENT_MOVES,
    COMMITMENT_STATES,
    CommitmentState,
    GapState,
    HypothesisState,
    State,
)
from miroir.operations.dossiers.assigning import assign_by_rule
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.gaps import crm_ids, found_in, gaps_of
from miroir.operations.dossiers.moving import (
    cancel_reminders,
    closed,
    moved,
    reopen,
)
from miroir.store.runs import StoredRun
from miroir.types.diagnosis import CompanyView, Status
from miroir.types.identity import PersonNumber

_ORIGINS = {
    Status.ESTABLISHED: "établie par l’analyse",
    Status.HYPOTHESIS: "supposée par l’analyse",
}
"""Diagnoses that become hypotheses, and how that is said."""


def follow_run(
    desk: Desk,
    dossier: Dossier,
    run: StoredRun,
    found: Found,
    what: str = "Nouvelle analyse",
) -> Followed:
    """Compare a new analysis with what the dossier follows; act on it.

    Closes, reduces or reopens, measures commitments, cancels reminders that
    lost their purpose, and says so in the thread.
    """
    robot = desk.robot()
    followed = _compared(robot, dossier, found)
    if followed.changed:
        robot.say(dossier, EventKind.ANALYSIS, told(followed, what))
    _suppose(robot, dossier, run)
    if dossier.open:
        dossier = assign_by_rule(robot, dossier)
    measure_commitments(robot, dossier, followed.gaps)
    dossier = desk.tables.cases.get(dossier.siren)
    if not dossier.open and followed.worse and followed.left:
        reopen(robot, dossier, remaining(followed.left))
    elif dossier.open and followed.gaps and not followed.left:
        close_by_itself(robot, dossier, followed.gaps)
    return followed


def follow_analysis(
    desk: Desk,
    view: CompanyView,
    run: StoredRun,
    name_of: Callable[[PersonNumber], str],
    news: int,
) -> Followed | None:
    """Follow a fresh analysis; None when the company has no dossier.

    `news`: what `Cases.news` told before the files were read.
    """
    dossier = desk.tables.cases.find(view.siren, lock=True)
    if dossier is None:
        return None
    dossier = _with_calendar(desk, dossier, view)
    found = found_in(run, view, name_of, desk.rules.tolerance, desk.now)
    followed = follow_run(desk, dossier, run, found)
    _note_crm(desk.robot(), dossier, followed, crm_ids(view))
    desk.tables.cases.followed(dossier.id, news)
    return followed


def _with_calendar(desk: Desk, dossier: Dossier, view: CompanyView) -> Dossier:
    """When its DSN are due; with several establishments, the latest day."""
    calendars = calendars_of(view).values()
    if not calendars:
        return dossier
    last = max(calendars, key=lambda each: each.day)
    known = replace(dossier, due_day=last.day, territory=last.territory)
    return dossier if known == dossier else desk.save(known)


def _note_crm(
    desk: Desk, dossier: Dossier, followed: Followed, ids: frozenset[str]
) -> None:
    """A correction that names the CRM of a signal is said to come from it."""
    if not followed.corrected:
        return
    for signal in desk.tables.cases.signals_of(dossier.id):
        if signal.reference in ids:
            text = f"Une régularisation cite le CRM {signal.reference} de ce dossier."
            desk.say(dossier, EventKind.ANALYSIS, text)


def follow_last_run(desk: Desk, dossier: Dossier) -> tuple[TrackedGap, ...]:
    """Take up the gaps of the last analysis, as a dossier is opened."""
    run = desk.tables.results.last_run(dossier.siren)
    if run is None:
        return desk.tables.cases.gaps_of(dossier.id)
    followed = _compared(desk, dossier, _known(desk, run))
    if followed.changed:
        text = told(followed, "Dernière analyse connue")
        desk.robot().say(dossier, EventKind.ANALYSIS, text)
    _suppose(desk.robot(), dossier, run)
    return followed.gaps


def all_explained(desk: Desk, siren: str) -> bool:
    """Whether decisions in force explain every gap of the last analysis."""
    run = desk.tables.results.last_run(siren)
    if run is None:
        return False
    gaps = gaps_of(run, desk.rules.tolerance)
    memories = desk.tables.memories.legitimate(siren)
    return bool(gaps) and len(explained(gaps, memories, desk.today)) == len(gaps)


def refresh(desk: Desk, dossier: Dossier) -> Followed | None:
    """Look at the gaps again with what is remembered now; None without any."""
    run = desk.tables.results.last_run(dossier.siren)
    if run is None:
        return None
    return follow_run(desk, dossier, run, _known(desk, run), "Écarts revus")


def _known(desk: Desk, run: StoredRun) -> Found:
    """What a stored run says; the days of its declarations are not kept."""
    tolerance = desk.rules.tolerance
    gaps = gaps_of(run, tolerance)
    return Found(gaps=gaps, filed_on={}, at=desk.now, tolerance=tolerance)


def _compared(desk: Desk, dossier: Dossier, found: Found) -> Followed:
    tables = desk.tables
    followed = follow(
        tables.cases.gaps_of(dossier.id),
        found,
        tables.memories.legitimate(dossier.siren),
    )
    if followed.changed or followed.gaps:
        tables.cases.save_gaps(dossier.id, followed.gaps)
    return followed


def _suppose(desk: Desk, dossier: Dossier, run: StoredRun) -> None:
    """Causes that the analysis names become hypotheses, once; decisions stay."""
    promises = desk.tables.promises
    known = {each.cause for each in promises.hypotheses_of(dossier.id)}
    for item in run.diagnoses:
        if item.status not in _ORIGINS or item.cause in {*known, *BACKGROUND}:
            continue
        known.add(item.cause)
        promises.save_hypothesis(
            dossier.id,
            Hypothesis(
                cause=item.cause,
                label=item.label,
                state=HypothesisState.OPEN,
                origin=_ORIGINS[item.status],
            ),
        )
        text = f"Hypothèse de l’analyse : {item.label} ({item.cause})."
        desk.say(dossier, EventKind.HYPOTHESIS, text)


def measure_commitments(
    desk: Desk, dossier: Dossier, gaps: Sequence[TrackedGap]
) -> int:
    """Say of each commitment whether it was kept; gives how many changed.

    Once none is in course and gaps are left, the company is to be called.
    """
    by_ref, changed = {gap.ref: gap for gap in gaps}, 0
    running = False
    for commitment in desk.tables.promises.commitments_of(dossier.id):
        state = measured(commitment, by_ref, desk.today, desk.rules.grace)
        running |= state is CommitmentState.PROMISED
        if state is not commitment.state:
            _measured(desk, dossier, commitment, state)
            changed += 1
    left = any(gap.state is GapState.OPEN for gap in gaps)
    if changed and left and not running and dossier.state is State.COMMITTED:
        moved(desk, dossier, "prepare", "engagement non tenu")
    return changed


def _measured(
    desk: Desk, dossier: Dossier, commitment: Commitment, state: CommitmentState
) -> None:
    target = COMMITMENT_MOVES.target(commitment.state, MOVE_TO[state])
    desk.tables.promises.save_commitment(
        replace(commitment, state=target, measured_at=desk.now)
    )
    desk.say(
        dossier,
        EventKind.COMMITMENT,
        f"Engagement du {commitment.due_on:%d/%m/%Y} ({commitment.what}) :"
        f" {COMMITMENT_STATES[target]}.",
    )
    if target in (CommitmentState.KEPT, CommitmentState.LATE):
        key = commitment_key(commitment.id, commitment.due_on)
        cancel_reminders(desk, dossier, "engagement tenu", (key,))


def close_by_itself(
    desk: Desk, dossier: Dossier, gaps: Sequence[TrackedGap]
) -> Dossier:
    """Close when nothing is left to do; else say what stands in the way."""
    promises, outcome = desk.tables.promises, outcome_of(gaps)
    reasons = list(
        blockers(
            outcome,
            gaps,
            promises.questions_of(dossier.id),
            promises.commitments_of(dossier.id),
        )
    )
    if not reasons:
        return closed(desk, dossier, outcome, "")
    text = f"Plus aucun écart ouvert ; avant de clore : {' ; '.join(reasons)}."
    said = desk.tables.cases.thread(dossier.id)
    if not said or not said[-1].text.startswith("Plus aucun écart ouvert"):
        desk.say(dossier, EventKind.ANALYSIS, text)
    return dossier
