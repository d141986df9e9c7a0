"""What is at stake in a case, in sentences: estimates, on the day of the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from miroir.stakes.model import EmployeePoints, Instalment, Stakes, Subject
from miroir.synthesis import phrases
from miroir.synthesis.case import Case, Side
from miroir.synthesis.french import (
    NO_BREAK,
    count,
    decimal,
    enumeration,
    points,
    size,
    when,
)
from miroir.synthesis.wording import Level

_RULE = (
    "Chaque mois de retard commencé compte à son propre taux (ANI du "
    f"{phrases.day(date(2017, 11, 17))}, article{NO_BREAK}45)."
)
_GENERAL = (
    "Les droits à retraite des salariés dépendent de l’exactitude des déclarations."
)


def at_stake(case: Case, level: Level, *, to_company: bool) -> list[str]:
    """Every stake in a sentence. `to_company`: it is read by the company, which
    is told no figure before a cause is established."""
    asked = case.of(Side.CLIENT, Side.TOGETHER)
    if not asked or (to_company and not case.of(Side.CLIENT)):
        return list(case.risks)
    stakes = case.stakes
    said = [*_surcharges(stakes, level), *_points(stakes), *_overpaid(stakes)]
    if said and not to_company:
        said = [*_unsure(stakes), *said]
    if not to_company:
        said += _out_of_time(stakes)
    said += _uncounted(stakes, level)
    if not said and case.of(Side.CLIENT) and not case.risks:
        said = [_GENERAL]
    return [*said, *case.risks]


def in_one_sentence(case: Case) -> str:
    """For colleagues: the figures alone; empty when there are none."""
    stakes = case.stakes
    parts = []
    if stakes.surcharge:
        parts.append(f"{size(stakes.surcharge)} de majorations de retard")
    if stakes.missing_points:
        parts.append(f"{points(stakes.missing_points)} de retraite manquants")
    if stakes.excess_points:
        parts.append(f"{points(stakes.excess_points)} de retraite en trop")
    if not parts or not case.of(Side.CLIENT, Side.TOGETHER):
        return ""
    on = phrases.day(stakes.on)
    return f"En jeu au {on} (estimation) : {enumeration(parts)}."


def _unsure(stakes: Stakes) -> Iterator[str]:
    """What is not settled, before any figure that it is part of."""
    if stakes.open and stakes.open == stakes.owed:
        yield "Chiffres à n’avancer qu’une fois la cause confirmée."
    elif stakes.open:
        yield f"Sur {size(stakes.owed)} manquants, {size(stakes.open)} à confirmer."


def _surcharges(stakes: Stakes, level: Level) -> Iterator[str]:
    owed = [one for one in stakes.instalments if one.owed and not one.out_of_time]
    if not owed:
        return
    if not stakes.rated:
        yield (
            "Des majorations de retard peuvent être réclamées : aucun taux n’est "
            f"encore publié pour {stakes.on.year}."
        )
    elif not stakes.late:
        yield _not_late(stakes, owed)
    else:
        yield _late(stakes, level)
        if stakes.at_least != stakes.surcharge:
            yield _least(stakes)
        if level is Level.EXPERT:
            yield _RULE


def _late(stakes: Stakes, level: Level) -> str:
    now = f"{size(stakes.surcharge)} au {phrases.day(stakes.on)}"
    later = ""
    if stakes.next_day is not None and stakes.next_surcharge is not None:
        after = phrases.day(stakes.next_day)
        later = f", {size(stakes.next_surcharge)} après le {after}"
    rates = (
        "" if level is Level.NOVICE else f", {_rates(stakes.late)} par mois commencé"
    )
    return (
        "Sans correction, des majorations de retard peuvent être réclamées : "
        f"{now}{later} (estimation{rates})."
    )


def _rates(late: Iterable[Instalment]) -> str:
    found = dict.fromkeys(
        month.percent
        for month in sorted(
            (month for one in late for month in one.late), key=lambda one: one.begins
        )
    )
    return " puis ".join(f"{decimal(percent)} %" for percent in found)


def _least(stakes: Stakes) -> str:
    units = {(one.quarterly, one.least) for one in stakes.late}
    each = enumeration(
        [
            f"{size(least)} par {'trimestre' if quarterly else 'mois'}"
            for quarterly, least in sorted(units)
        ]
    )
    return (
        f"Un minimum est prévu pour chaque échéance en retard ({each}) : "
        f"{size(stakes.at_least)} en tout s’il est réclamé."
    )


def _not_late(stakes: Stakes, owed: Iterable[Instalment]) -> str:
    first = min(one.due_on for one in owed)
    said = f"Aucune majoration de retard n’est due avant le {phrases.day(first)}"
    if stakes.next_day == first and stakes.next_surcharge:
        return f"{said} ; après, {size(stakes.next_surcharge)} (estimation)."
    return f"{said}."


def _points(stakes: Stakes) -> Iterator[str]:
    short = [one for one in stakes.employees if one.points < 0]
    over = [one for one in stakes.employees if one.points > 0]
    if short:
        yield (
            f"Il manque {points(stakes.missing_points)} de retraite à {_who(short)} "
            "(estimation)."
        )
    if over:
        verb = "est compté" if stakes.excess_points < 2 else "sont comptés"
        yield (
            f"{points(stakes.excess_points)} de retraite {verb} en trop à {_who(over)} "
            "(estimation)."
        )


def _who(employees: Iterable[EmployeePoints]) -> str:
    return count(len(list(employees)), "salarié")


def _overpaid(stakes: Stakes) -> Iterator[str]:
    """What comes back once what is missing elsewhere is paid."""
    left = stakes.overpaid - stakes.owed
    if left <= 0:
        return
    less = ", ce qui manque étant déduit" if stakes.owed else ""
    yield (
        f"La correction permet de récupérer {size(left)} déclarés ou payés en trop{less}."
    )


def _out_of_time(stakes: Stakes) -> Iterator[str]:
    if stakes.out_of_time:
        months = [month for one in stakes.out_of_time for month in one.periods]
        yield (
            f"Prescription à vérifier avant toute demande pour ce qui est né "
            f"{when(months)}."
        )


def _uncounted(stakes: Stakes, level: Level) -> Iterator[str]:
    """What has no figure and would be taken for nothing."""
    kinds = {one.what for one in stakes.not_priced}
    if Subject.UNDECLARED in kinds:
        yield (
            "Les cotisations et les points de ce qui n’a pas été déclaré manquent ; ils "
            "ne peuvent pas encore être chiffrés."
        )
    unknown = [one for one in stakes.not_priced if one.what is Subject.POINTS]
    if unknown and level is not Level.NOVICE:
        who = len({person for one in unknown for person in one.persons})
        whose = "d’un salarié" if who == 1 else f"de {count(who, 'salarié')}"
        yield f"Les points de retraite {whose} restent à chiffrer."
