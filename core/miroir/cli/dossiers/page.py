"""A dossier as an adviser reads it: the essential first, then the thread."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from miroir.cli.output.french import months
from miroir.dossier.lease import holder
from miroir.dossier.mandate import MANDATES, ROLES
from miroir.dossier.memory import described
from miroir.dossier.model import GapKind, TrackedGap
from miroir.dossier.states import (
    COMMITMENT_STATES,
    DOSSIER_MOVES,
    HYPOTHESIS_STATES,
    OUTCOMES,
    STATES,
    GapState,
    HypothesisState,
    QuestionState,
)
from miroir.operations.dossiers.views import DossierView
from miroir.synthesis.french import count, euros, typographic

WIDTH = 88


def page(view: DossierView) -> str:
    """The whole page; sections with nothing in them are left out."""
    sections: tuple[tuple[str, Sequence[str]], ...] = (
        ("", list(_head(view))),
        ("Écarts suivis", list(_gaps(view.gaps))),
        ("Mémoire", list(_memory(view))),
        ("Hypothèses", list(_hypotheses(view))),
        ("Questions", list(_questions(view))),
        ("Engagements", list(_commitments(view))),
        ("Interlocuteurs", list(_interlocutors(view))),
        ("À venir", list(_reminders(view))),
        ("Fil du dossier", list(_thread(view))),
    )
    parts = []
    for title, lines in sections:
        if lines:
            head = [title] if title else []
            parts.append("\n".join([*head, *map(_wrapped, lines)]))
    return "\n\n".join(parts)


def _wrapped(line: str) -> str:
    return textwrap.fill(
        typographic(line),
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )


def _head(view: DossierView) -> Iterator[str]:
    dossier = view.dossier
    state = STATES[dossier.state]
    if dossier.outcome is not None:
        state += f" ({OUTCOMES[dossier.outcome]})"
    yield f"Dossier {dossier.siren} : {state}"
    age = (view.now - dossier.opened_at).days
    adviser = dossier.adviser or "personne"
    yield (
        f"Conseiller : {adviser} ; ouvert le {dossier.opened_at:%d/%m/%Y}"
        f" ({count(age, 'jour')}), {count(len(view.signals), 'signal', 'signaux')}"
    )
    held = holder(dossier, view.now)
    if held and dossier.claimed_until is not None:
        until = dossier.claimed_until.astimezone(view.zone)
        yield f"{held} y travaille jusqu’à {until:%H:%M le %d/%m/%Y}"
    if dossier.handled_by:
        yield f"Déjà traité par {dossier.handled_by.upper()} : ne pas contacter"
    moves = (
        f"{move.name} ({move.label})" for move in DOSSIER_MOVES.possible(dossier.state)
    )
    yield f"Suites possibles : {', '.join(moves)}"


def _gaps(gaps: Sequence[TrackedGap]) -> Iterator[str]:
    for state, title in _TITLES.items():
        found = [gap for gap in gaps if gap.state is state]
        if not found:
            continue
        total = sum(abs(gap.amount or gap.first) for gap in found)
        yield (
            f"{title} : {count(len(found), 'écart')}, {_about(found)},"
            f" {months({gap.ref.period for gap in found})},"
            f" {euros(total)} en valeur absolue"
        )


_TITLES = {
    GapState.OPEN: "Ouverts",
    GapState.CORRECTED: "Corrigés",
    GapState.LEGITIMATE: "Légitimes",
}


def _about(gaps: Sequence[TrackedGap]) -> str:
    """«7 salariés», «2 salariés et 1 institution»."""
    who = {
        kind: {gap.ref.subject for gap in gaps if gap.ref.kind is kind}
        for kind in GapKind
    }
    parts = [
        count(len(who[kind]), word)
        for kind, word in (
            (GapKind.EMPLOYEE, "salarié"),
            (GapKind.PAYMENT, "institution"),
        )
        if who[kind]
    ]
    return " et ".join(parts)


def _memory(view: DossierView) -> Iterator[str]:
    for memory in view.memories:
        over = "" if memory.holds(view.today) else " — ne vaut plus"
        yield described(memory) + over
    for each in view.hypotheses:
        if each.state is HypothesisState.REFUTED and each.decided_at is not None:
            day = f"{each.decided_at:%d/%m/%Y}"
            yield f"Cause écartée le {day} : {each.label} — {each.reason}"


def _hypotheses(view: DossierView) -> Iterator[str]:
    for each in view.hypotheses:
        if each.state is not HypothesisState.REFUTED:
            why = f" — {each.reason}" if each.reason else ""
            state = HYPOTHESIS_STATES[each.state]
            yield f"{each.cause} : {each.label} ({state}, {each.origin}){why}"


def _questions(view: DossierView) -> Iterator[str]:
    for each in view.questions:
        whose = "du client" if each.from_client else "au client"
        end = "sans réponse"
        if each.state is not QuestionState.OPEN:
            end = each.answer
        yield f"n° {each.id} ({whose}) {each.text} → {end}"


def _commitments(view: DossierView) -> Iterator[str]:
    for each in view.commitments:
        moved = ""
        if each.due_on != each.first_due_on:
            moved = f", d’abord le {each.first_due_on:%d/%m/%Y}"
        yield (
            f"n° {each.id} pour le {each.due_on:%d/%m/%Y}{moved} : {each.what}"
            f" ({COMMITMENT_STATES[each.state]}, {count(len(each.gaps), 'écart')})"
        )


def _interlocutors(view: DossierView) -> Iterator[str]:
    for each in view.interlocutors:
        checked = ""
        if each.checked_on is not None:
            checked = f", vérifié le {each.checked_on:%d/%m/%Y} ({each.how})"
        contact = f", {each.contact}" if each.contact else ""
        who = f"{each.name}{contact}, pour {ROLES[each.role]}"
        yield f"{who} : {MANDATES[each.mandate]}{checked}"


def _reminders(view: DossierView) -> Iterator[str]:
    for each in view.reminders:
        yield f"{each.due_at.astimezone(view.zone):%d/%m/%Y %H:%M} {each.text}"


def _thread(view: DossierView) -> Iterator[str]:
    for event in view.thread:
        when = f"{event.at.astimezone(view.zone):%d/%m/%Y %H:%M}"
        yield f"{when} {event.actor} : {event.text}"
