"""Sentences that follow the figures of a case, right in number and in gender."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from miroir.synthesis import french
from miroir.synthesis.case import Case, Example, Figures, Point, Situation, Spread
from miroir.synthesis.french import count, enumeration, euros, size, when
from miroir.synthesis.wording import Level, question
from miroir.types.amounts import Cents
from miroir.types.diagnosis import Responsible, Status
from miroir.types.period import Month

STATUSES = {
    Status.ESTABLISHED: "cause établie",
    Status.HYPOTHESIS: "hypothèse",
    Status.NOT_DECIDABLE: "cause à éclaircir",
    Status.LEGITIMATE: "légitime",
}
OWNERS = {
    Responsible.ADHESION: "Service adhésion",
    Responsible.GPS: "Intégration des données",
    Responsible.REFERENT: "Référent technique",
    Responsible.CLIENT: "Entreprise",
    Responsible.EDITOR: "Éditeur du logiciel de paie",
}
IN_SHORT = {
    Situation.TO_CORRECT: "Une correction est à demander à l’entreprise.",
    Situation.TO_CLARIFY: "L’entreprise est à interroger avant toute correction.",
    Situation.OURS: "L’origine est de notre côté : rien n’est à demander à "
    "l’entreprise.",
    Situation.LEGITIMATE: "Ce qui ressemble à un écart est légitime : rien n’est à "
    "demander à l’entreprise.",
    Situation.NO_GAP: "Aucun écart : rien n’est à demander à l’entreprise.",
    Situation.NOT_COMPARED: "Rien n’a pu être comparé : il n’y a rien à en conclure.",
}


_FEW = 2
"""Gaps that have no middle."""
UNKNOWN_PAST = "HISTORIQUE_MANQUANT"
NO_GAP = (
    "Les cotisations déclarées sont égales, salarié par salarié et à quelques centimes "
    "près, à celles que nous calculons."
)


def siren(number: str) -> str:
    """«640 151 353»."""
    return french.NO_BREAK.join((number[:3], number[3:6], number[6:]))


def siret(number: str) -> str:
    """«640 151 353 00151»."""
    return f"{siren(number[:9])}{french.NO_BREAK}{number[9:]}"


def company(case: Case) -> str:
    """«DUPONT ET FILS, SIREN 640 151 353», the name where it is known."""
    named = f"{case.name}, " if case.name else ""
    return f"{named}SIREN{french.NO_BREAK}{siren(case.siren)}"


def controlled(case: Case) -> str:
    """What was looked at: «5 déclarations de janvier à mai 2026, 10 salariés»."""
    files = f"{count(case.declarations, 'déclaration')} {french.of(case.periods)}"
    return f"{files.strip()}, {count(case.figures.employees, 'salarié')}"


def establishments(case: Case) -> str:
    """«Établissement 640 151 353 00151»; the first three of many."""
    noun = "Établissement" if len(case.sirets) == 1 else "Établissements"
    return f"{noun} {enumeration([siret(one) for one in case.sirets], most=3)}"


def day(on: date) -> str:
    """«1er mars 2026», «24 novembre 2026»."""
    first = "1er" if on.day == 1 else str(on.day)
    return french.NO_BREAK.join((first, french.MONTHS[on.month - 1], str(on.year)))


def found(case: Case, level: Level) -> list[str]:
    """What the comparison shows, in one to three sentences."""
    figures = case.figures
    if case.situation is Situation.NOT_COMPARED:
        return ["Les cotisations dues n’ont pas pu être calculées pour ces mois."]
    if not figures.with_gap:
        return [NO_GAP, *_paid(case), *_reserve(case)]
    months = when(month.period for month in figures.wrong_months)
    said = [f"{_who(figures)} un écart {months} : {money(figures)}."]
    if figures.spread is not None:
        said.append(_spread(figures, figures.spread, level))
    if level is Level.EXPERT and len(figures.by_code) > 1:
        codes = [f"{euros(cents)} pour le {code}" for code, cents in figures.by_code]
        said.append(f"Par code de cotisation : {enumeration(codes)}.")
    return said


def _paid(case: Case) -> Iterator[str]:
    """Payments that are not what is detailed, told when nothing else is wrong."""
    for point in case.points:
        if point.payment and point.amount:
            gap = (
                f"il manque {size(point.amount)}"
                if point.amount < 0
                else f"{size(point.amount)} de trop ont été versés"
            )
            period = f" {when(point.months)}" if point.months else ""
            yield f"Les versements, eux, n’y correspondent pas{period} : {gap}."


def has_found(case: Case) -> bool:
    """Whether a mail has anything to say of what is found."""
    return bool(case.figures.with_gap or any(_paid(case)))


def worth(example: Example) -> str:
    """The gap of an employee over its months, which may cancel."""
    return euros(example.gap) if example.gap else "des écarts qui se compensent"


def _reserve(case: Case) -> Iterator[str]:
    """What «no gap» does not say, for months whose past is missing."""
    for point in case.limits:
        if point.cause.id == UNKNOWN_PAST:
            yield f"Le plafond n’a pas pu être vérifié {when(point.months)}."


def _who(figures: Figures) -> str:
    wrong, everybody = figures.with_gap, figures.employees
    if everybody == 1:
        return "Le seul salarié déclaré présente"
    if wrong == everybody:
        return f"Les {count(wrong, 'salarié')} présentent"
    verb = "présente" if wrong == 1 else "présentent"
    return f"{count(wrong, 'salarié')} sur {everybody} {verb}"


def money(figures: Figures) -> str:
    """«les cotisations déclarées sont inférieures de 12,00 € à…», both ways."""
    balance = figures.balance
    if figures.missing and figures.excess:
        both = (
            f"il manque {size(figures.missing)} d’un côté, il y a "
            f"{size(figures.excess)} de trop de l’autre"
        )
        total = f"au total, {_balance(balance)}" if balance else _balance(balance)
        return f"{both} ; {total}"
    return _balance(balance)


def _balance(cents: Cents) -> str:
    if not cents:
        return "les deux se compensent"
    if cents < 0:
        return (
            f"les cotisations déclarées sont inférieures de {size(cents)} à celles "
            "qui sont dues"
        )
    return f"les cotisations déclarées dépassent de {size(cents)} celles qui sont dues"


def _spread(figures: Figures, spread: Spread, level: Level) -> str:
    """How even the gap is, by employee and month as far as there are several."""
    unit = _unit(figures)
    if spread.even:
        close = ", à quelques centimes près" if spread.least != spread.most else ""
        whom = "pour tous" if figures.with_gap > 1 else "chaque mois"
        return f"L’écart est le même {whom}{close} : {size(spread.median)} {unit}."
    same_way = spread.least * spread.most > 0
    show = size if same_way else euros
    low, high = spread.least, spread.most
    if same_way:
        low, high = sorted((low, high), key=abs)
    told = level is not Level.NOVICE and spread.lines > _FEW
    median = f" (médiane : {show(spread.median)})" if told else ""
    lead = f"{unit[0].upper()}{unit[1:]}"
    return f"{lead}, l’écart va de {show(low)} à {show(high)}{median}."


def _unit(figures: Figures) -> str:
    if figures.with_gap == 1:
        return "par mois"
    if len(figures.wrong_months) == 1:
        return "par salarié"
    return "par salarié et par mois"


def where(point: Point) -> str:
    """«7 salariés, de janvier à juin 2026 : il manque 2 734,92 €»."""
    parts = [count(len(point.persons), "salarié")] if point.persons else []
    if point.months:
        parts.append(when(point.months))
    said = ", ".join(parts)
    worth = amount(point)
    if said and worth:
        return f"{said} : {worth}"
    return said or worth


def amount(point: Point) -> str:
    """«il manque 12,00 €», «12,00 € de trop»; empty when it does not show."""
    if not point.amount or point.status is Status.LEGITIMATE:
        return ""
    worth = size(point.amount)
    if point.payment:
        missing = point.amount < 0
        return (
            f"il manque {worth} au versement" if missing else f"trop-versé de {worth}"
        )
    return f"il manque {worth}" if point.amount < 0 else f"{worth} de trop"


def questions(points: Iterable[Point | None]) -> dict[str, list[int]]:
    """What is asked to decide, once each, in the order of the points, and the
    numbers of the points, from 1, that it decides; None keeps its number."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(points, start=1):
        if one is None:
            continue
        if asked := question(one.cause, len(one.persons)):
            found.setdefault(asked, []).append(number)
    return found


def contacts(case: Case, most: int = 3) -> str:
    """Names and ways to reach; only the roles where names may not be seen."""
    shown = case.contacts[:most]
    if not shown:
        return ""
    if not case.named:
        roles = [f"« {one.about} »" for one in shown]
        said = enumeration(list(dict.fromkeys(roles)))
        if len(shown) == 1:
            return f"un contact {said} est indiqué dans la DSN"
        return f"des contacts {said} sont indiqués dans la DSN"
    return " ; ".join(
        f"{', '.join(filter(None, (one.name, phone(one.phone), one.mail)))}"
        f" ({one.about})"
        for one in shown
    )


def declarant(case: Case, contact: bool = False) -> str:
    """«CABINET FICTIF (SIREN 999 000 243)»; `contact`: with whom to call, where
    names show. Empty when the company sends its own DSN."""
    sender = case.sender
    if sender is None:
        return ""
    number = f"SIREN{french.NO_BREAK}{siren(sender.siren)}"
    named = f"{sender.name} ({number})" if sender.name else number
    if not (contact and case.named):
        return named
    ways = filter(None, (sender.contact, phone(sender.phone), sender.mail))
    return ", ".join([named, *ways])


def phone(number: str) -> str:
    """«01 23 45 67 89»; a number of another shape as it was declared."""
    if len(number) != 10 or not number.isdigit():
        return number
    return french.NO_BREAK.join(number[at : at + 2] for at in range(0, 10, 2))


def heaviest(case: Case) -> str:
    """The heading above the examples."""
    several = len(case.examples) > 1
    return "Écarts les plus lourds :" if several else "Salarié en écart :"


def absent(missing: Iterable[tuple[str, Month]]) -> str:
    """«avril 2026»: the months without a declaration."""
    return enumeration([french.month(one) for one in sorted({m for _, m in missing})])


def proofs(point: Point, most: int = 2) -> Iterator[str]:
    """Where it is seen: file, line, rubrique; never the value, often a pay."""
    for one in point.evidence[:most]:
        yield f"{one.file}, ligne {one.line}, {one.rubrique}"
