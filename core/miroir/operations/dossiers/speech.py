"""What may be told of a dossier to someone, as far as their mandate goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from miroir.dossier.loop import remaining
from miroir.dossier.mandate import TOPICS, Interlocutor, Topic, may_hear
from miroir.dossier.model import GapKind, GapRef
from miroir.dossier.states import GapState, HypothesisState
from miroir.operations.dossiers.views import DossierView
from miroir.synthesis.french import euros, typographic, when
from miroir.types.amounts import Cents


def speech(view: DossierView, interlocutor: Interlocutor | None) -> Iterator[str]:
    """Lines in French, from what anybody may hear to what is personal.

    Persons are named by their pseudonyms. What the mandate does not allow is
    not there, and it is said that it is not.
    """
    topics = may_hear(interlocutor, view.today)
    for topic in Topic:
        if topic not in topics:
            yield typographic(f"Ne pas aborder : {TOPICS[topic]}.")
        elif topic is Topic.COMPANY:
            yield from map(typographic, _company(view))
        elif topic is Topic.EMPLOYEES:
            yield from map(typographic, _employees(view))


def _company(view: DossierView) -> Iterator[str]:
    left = [gap for gap in view.gaps if gap.state is GapState.OPEN]
    if not left:
        yield "Aucun écart ouvert."
        return
    months = when(gap.ref.period for gap in left)
    yield f"{remaining(left)}, {months}."
    for each in view.hypotheses:
        if each.state is not HypothesisState.REFUTED:
            yield f"Cause à évoquer : {each.label}."
    for question in view.questions:
        if not question.answer and not question.from_client:
            yield f"À demander : {question.text}"


def _employees(view: DossierView) -> Iterator[str]:
    """The heaviest first: months and balance of each."""
    found: dict[str, list[tuple[GapRef, Cents]]] = defaultdict(list)
    for gap in view.gaps:
        if gap.state is GapState.OPEN and gap.ref.kind is GapKind.EMPLOYEE:
            found[gap.ref.subject].append((gap.ref, gap.amount))
    totals = {who: sum(cents for _, cents in gaps) for who, gaps in found.items()}
    for who in sorted(found, key=lambda each: (-abs(totals[each]), each)):
        months = when(ref.period for ref, _ in found[who])
        yield f"Salarié {who} : {euros(totals[who])}, {months}."
