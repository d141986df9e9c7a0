"""What is at stake, line by line: rule, parameters, source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from miroir.cli.output.french import STATUSES
from miroir.cli.output.mask import Mask
from miroir.cli.output.typography import typographic
from miroir.stakes.model import (
    CauseStake,
    Instalment,
    LateMonth,
    LinePoints,
    NotPriced,
    Stakes,
    Standing,
    hundredth,
)
from miroir.synthesis.french import count, decimal, euros, month, points, size, when
from miroir.synthesis.phrases import day, siren, siret

_POINTS_RULE = (
    "points = (T1 × taux de calcul T1 + T2 × taux de calcul T2) ÷ prix d’achat du"
    " point, sans le taux d’appel (ANI du 17/11/2017, articles 35 à 38)"
)
_RESERVE = (
    "Estimation : l’institution seule arrête les majorations, leur minimum et leur"
    " remise, et inscrit les points."
)
_OUT_OF_TIME = " ; prescrit depuis le {}, sauf interruption : à faire décider"


class _Sources:
    """The sources met so far, each under its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, source: str) -> str:
        return f"[{self.numbers.setdefault(source, len(self.numbers) + 1)}]"

    def lines(self) -> Iterator[str]:
        for source, number in self.numbers.items():
            yield f"  [{number}] {source}"


def as_text(stakes: Stakes, mask: Mask) -> str:
    """In French, for an adviser."""
    sources = _Sources()
    parts = [
        [_title(stakes)],
        list(_contributions(stakes)),
        list(_surcharges(stakes, sources)),
        list(_points(stakes, mask, sources)),
        list(_not_priced(stakes.not_priced)),
        list(_reserves(stakes, sources)),
    ]
    text = "\n\n".join("\n".join(lines) for lines in parts if lines)
    return typographic(text) + "\n"


def _title(stakes: Stakes) -> str:
    number = siren(stakes.siren)
    return f"Ce qui est en jeu, SIREN {number} : estimation au {day(stakes.on)}"


def _contributions(stakes: Stakes) -> Iterator[str]:
    yield "Cotisations"
    if stakes.owed:
        unsure = f", dont {size(stakes.open)} à confirmer" if stakes.open else ""
        yield f"  Il manque {size(stakes.owed)}{unsure}."
    if stakes.overpaid:
        yield f"  Déclaré ou payé en trop : {size(stakes.overpaid)}."
    if not stakes.owed and not stakes.overpaid:
        yield "  Rien à réclamer ni à rendre."
    for each in stakes.causes:
        yield f"  {_cause(each)}"
    for one in stakes.instalments:
        if one.balance > 0:
            late = _OUT_OF_TIME.format(day(one.out_of_time_on)) * one.out_of_time
            yield f"  {_where(one)} : {size(one.balance)} de trop{late}"


def _cause(each: CauseStake) -> str:
    who = f"{count(len(each.persons), 'salarié')}, " if each.persons else ""
    ours = " ; origine de notre côté, rien n’est réclamé"
    return (
        f"- {each.cause.label} ({STATUSES[each.status]}) : {euros(each.amount)},"
        f" {who}{when(each.months)}{ours * (each.standing is Standing.OURS)}"
    )


def _surcharges(stakes: Stakes, sources: _Sources) -> Iterator[str]:
    owed = [one for one in stakes.instalments if one.owed]
    if not owed:
        return
    yield "Majorations de retard"
    for one in owed:
        yield from _instalment(one, sources)
    if stakes.late:
        yield (
            f"  Total si tout est payé le {day(stakes.on)} : {size(stakes.surcharge)}"
            " au taux de chaque mois commencé."
        )
    if stakes.at_least != stakes.surcharge:
        yield (
            f"  Si le minimum de chaque échéance ({_least(stakes.late)}) est réclamé :"
            f" {size(stakes.at_least)}."
        )
    if stakes.next_day is not None and stakes.next_surcharge is not None:
        yield (
            f"  Après le {day(stakes.next_day)} : {size(stakes.next_surcharge)} au"
            " taux de chaque mois commencé."
        )


def _least(late: Iterable[Instalment]) -> str:
    amounts = sorted({(one.quarterly, one.least) for one in late})
    return ", ".join(
        f"{size(least)} par {'trimestre' if quarterly else 'mois'}"
        for quarterly, least in amounts
    )


def _instalment(one: Instalment, sources: _Sources) -> Iterator[str]:
    yield (
        f"  {_where(one)} : il manque {size(one.owed)} à l’échéance du"
        f" {day(one.due_on)}{_state(one)}"
    )
    for (percent, source), run in groupby(one.late, key=_rate_of):
        months_late = list(run)
        each, times = months_late[0], len(months_late)
        total = sum(month.amount for month in months_late)
        made = f"{size(one.owed)} × {decimal(percent)} % = {size(each.amount)}"
        repeated = f", {times} fois : {size(total)}" if times > 1 else ""
        yield (f"    {_late(months_late)} : {made}{repeated} {sources(source)}")


def _where(one: Instalment) -> str:
    months = ", ".join(month(period) for period in one.periods)
    return f"{months}, établissement {siret(one.siret)}"


def _rate_of(month: LateMonth) -> tuple[Decimal, str]:
    return month.percent, month.source


def _late(months_late: Sequence[LateMonth]) -> str:
    first, last = months_late[0].begins, months_late[-1].begins
    if first == last:
        return f"mois commencé le {day(first)}"
    return f"mois commencés du {day(first)} au {day(last)}"


def _state(one: Instalment) -> str:
    if one.out_of_time:
        return _OUT_OF_TIME.format(day(one.out_of_time_on))
    if one.late:
        return f", {count(len(one.late), 'mois', 'mois')} de retard"
    return ", en retard" if one.overdue else ", pas encore exigible"


def _points(stakes: Stakes, mask: Mask, sources: _Sources) -> Iterator[str]:
    if not stakes.employees:
        return
    yield "Points de retraite, déclarés moins dus"
    yield f"  {_total_points(stakes)}"
    for each in stakes.employees:
        yield f"  {mask.name_of(each.person)} : {_signed(each.points)}"
        for line in each.lines:
            rule = f"{sources(_POINTS_RULE)} {sources(line.price.source)}"
            yield f"    {month(line.period)} : {_made(line)} {rule}"


def _total_points(stakes: Stakes) -> str:
    said = []
    if stakes.missing_points:
        said.append(f"il manque {points(stakes.missing_points)}")
    if stakes.excess_points:
        said.append(f"{points(stakes.excess_points)} de trop")
    text = " ; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _made(line: LinePoints) -> str:
    """«[(T1 +10,00 € × 6,20 %) + (T2 −10,00 € × 17,00 %)] ÷ 20,1877 € = −0,05»."""
    terms = [
        f"({name} {_plus(cents)} × {decimal(rate)} %)"
        for name, cents, rate in (
            ("T1", line.t1, line.rate_t1),
            ("T2", line.t2, line.rate_t2),
        )
        if cents
    ]
    if line.contributions:
        terms.append(
            f"(cotisations T1 et T2 au taux de calcul {_plus(round(line.contributions))})"
        )
    price = decimal(line.price.euros)
    sum_of = terms[0] if len(terms) == 1 else f"[{' + '.join(terms)}]"
    return f"{sum_of} ÷ {price} € = {_signed(hundredth(line.points))}"


def _plus(cents: int) -> str:
    return f"+{euros(cents)}" if cents > 0 else euros(cents)


def _signed(points: Decimal) -> str:
    return f"+{decimal(points)}" if points > 0 else decimal(points)


def _not_priced(found: Sequence[NotPriced]) -> Iterator[str]:
    if not found:
        return
    yield "Ce qui n’est pas chiffré"
    for one in found:
        who = f"{count(len(one.persons), 'salarié')}, " if one.persons else ""
        yield f"  - {one.what}, {who}{when(one.months)} : {one.why}"


def _reserves(stakes: Stakes, sources: _Sources) -> Iterator[str]:
    if not stakes.instalments and not stakes.employees:
        return
    for source in stakes.sources:
        sources(source)
    yield "Sources et réserves"
    yield from sources.lines()
    yield f"  {_RESERVE}"
