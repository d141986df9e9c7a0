"""The calendar that is proposed: the next DSN that can carry the correction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import islice

from miroir.correction.due_dates import Calendar, Deposit, calendars_of
from miroir.synthesis.case import Situation, Step
from miroir.synthesis.french import de, enumeration, month
from miroir.synthesis.phrases import siret
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month

_ANSWERS_FIRST = "Réponses aux questions d’abord, avant toute correction."
_OTHERWISE = "à défaut,"
_LEADS = {
    Situation.TO_CORRECT: "correction",
    Situation.TO_CLARIFY: "si une correction est à faire,",
}
_ATTACHED = ", chaque montant rattaché à son mois d’origine"
_PROPOSED, _LOOKED_AT = 2, 4


def proposed(view: CompanyView, situation: Situation, on: date) -> tuple[Step, ...]:
    """Days that can be kept, establishment by establishment where they differ.

    Nothing where nothing is asked.
    """
    if situation not in _LEADS:
        return ()
    groups = _groups(view, on)
    attached = _ATTACHED if _amounts(view) else ""
    steps = [
        step
        for deposits, sirets in groups.items()
        for step in _steps(
            deposits, situation, _whose(sirets) if len(groups) > 1 else "", attached
        )
    ]
    if situation is Situation.TO_CLARIFY and steps:
        return (Step(on=None, text=_ANSWERS_FIRST), *steps)
    return tuple(steps)


def _amounts(view: CompanyView) -> bool:
    """Whether some amount is to be corrected, not a status or a block alone."""
    return bool(view.gaps) or any(
        gap.amount and not gap.accepted for gap in view.payments
    )


def _groups(view: CompanyView, on: date) -> Mapping[tuple[Deposit, ...], Sequence[str]]:
    """Establishments by what they can deposit; those with a gap, if there are."""
    wrong = {line.siret for line in view.gaps}
    found: dict[tuple[Deposit, ...], list[str]] = defaultdict(list)
    for number, calendar in calendars_of(view).items():
        if not wrong or number in wrong:
            own = {one.period for one in view.current if one.siret == number}
            deposits = islice(_open_deposits(calendar, own, on), _PROPOSED)
            found[tuple(deposits)].append(number)
    return found


def _whose(sirets: Sequence[str]) -> str:
    noun = "établissement" if len(sirets) == 1 else "établissements"
    return f", {noun} {enumeration([siret(one) for one in sirets], most=2)}"


def _steps(
    deposits: Sequence[Deposit], situation: Situation, whose: str, attached: str
) -> Iterator[Step]:
    lead = _LEADS[situation]
    for one in deposits:
        yield Step(
            on=one.send_by,
            text=f"{lead} dans {_which(one)}{whose}, à déposer avant "
            f"{'minuit' if one.replaces else 'midi'}"
            f"{attached if lead is not _OTHERWISE else ''}.",
        )
        lead = _OTHERWISE


def _which(one: Deposit) -> str:
    if one.replaces:
        return f"une DSN annule et remplace {de(month(one.month))}"
    return f"la DSN {de(month(one.month))}"


def _open_deposits(
    calendar: Calendar, declared: AbstractSet[Month], on: date
) -> Iterator[Deposit]:
    """A DSN that is deposited already can only be replaced, until its eve."""
    for one in calendar.proposals(on, _LOOKED_AT):
        if one.month not in declared:
            yield one
        elif calendar.can_replace(one.month, on):
            yield calendar.replacement(one.month)
