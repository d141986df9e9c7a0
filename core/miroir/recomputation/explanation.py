"""How each amount was made: rule, parameters, inputs, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from miroir import parameters
from miroir.recomputation.claimed import Reduced
from miroir.recomputation.contributions import Line
from miroir.recomputation.due import MonthDue
from miroir.recomputation.pricing import MonthInput
from miroir.types.amounts import Cents, format_cents
from miroir.types.calculation import Basis, Step

_CUMULATED = (
    "ANI du 17/11/2017, R.242-2 CSS : sur les cumuls depuis janvier ou l’embauche, T1 ="
    " le plus petit des deux, T2 = ce qui dépasse les plafonds, CET sur les deux"
    " tranches si quelque chose dépasse ; moins ce qui est déjà compté"
)
_EARLIER_ABSENT = "mois antérieurs absents"


def steps_of(given: MonthInput, due: MonthDue) -> tuple[Step, ...]:
    """The steps of one month, in the order of the computation. Labels and
    rules are French: advisers read them."""
    return tuple(_steps(given, due))


def _steps(given: MonthInput, due: MonthDue) -> Iterator[Step]:
    facts, tranches = given.facts, due.tranches
    yield Step(
        label="Plafond du mois",
        amount=tranches.ceiling,
        rule=f"{given.ceiling.rule} ({_source('ceiling', given)})",
        inputs=given.ceiling.inputs,
    )
    as_declared = f"bases déclarées : {facts.why_declared_bases or _EARLIER_ABSENT}"
    rule = as_declared if due.basis is Basis.DECLARED_BASES else _CUMULATED
    for label, amount, inputs in _bases(given, due):
        yield Step(label=label, amount=amount, rule=rule, inputs=inputs)
    for line in due.lines:
        if line.base or line.total:
            yield _line_step(line)
    if due.exempted and facts.contract is not None:
        made = max(facts.contract.start, parameters.first_day())
        yield Step(
            label="dont exonération salariale d’apprenti, déjà déduite",
            amount=-due.exempted,
            rule=parameters.source_of("apprentice", made),
            inputs=(
                ("contrat du", f"{facts.contract.start:%d/%m/%Y}"),
                ("seuil", f"{parameters.apprentice_threshold(made)} % du SMIC"),
            ),
        )
    if due.reduced is not None:
        yield Step(
            label="Réduction générale, part retraite (106)",
            amount=due.due.c106,
            rule=_source("reduction", given),
            inputs=tuple(_reduction(given, due.reduced)),
        )


Inputs = tuple[tuple[str, str], ...]


def _bases(given: MonthInput, due: MonthDue) -> Iterator[tuple[str, Cents, Inputs]]:
    """The bases of the month, each with the sums that it is the difference of."""
    facts, month, sums = given.facts, due.tranches, due.sums
    wholes: tuple[Cents, ...] = ()
    if sums is not None:
        so_far = sums.bases(given.rates.scheme)
        wholes = so_far.t1, so_far.t2, so_far.cet
    amounts = month.t1, month.t2, month.cet
    for rank, label in enumerate(("Tranche 1", "Tranche 2", "Base CET")):
        amount = amounts[rank]
        inputs: Inputs = (("assiette du mois", format_cents(facts.gross)),)
        if sums is None:
            inputs += (("base 02 déclarée", format_cents(facts.capped)),)
        else:
            inputs += (
                ("cumul des assiettes", format_cents(sums.gross)),
                ("cumul des plafonds", format_cents(sums.ceiling)),
                ("déjà compté", format_cents(wholes[rank] - amount)),
            )
        yield label, amount, inputs


def _reduction(given: MonthInput, reduced: Reduced) -> Iterator[tuple[str, str]]:
    """Pay and SMIC, of the month or since January, and both coefficients."""
    chosen = reduced.chosen
    if reduced.gross > 0:
        since = reduced.gross != given.facts.gross
        yield (
            "cumul des assiettes" if since else "assiette",
            format_cents(reduced.gross),
        )
        yield "cumul du SMIC" if since else "SMIC", format_cents(reduced.smic)
        yield "coefficient", f"{reduced.ratio:.4f}"
    else:
        declared = (given.facts.reduction_018, given.facts.reduction_106)
        yield "018 et 106 déclarés", format_cents(sum(one or 0 for one in declared))
    yield "part retraite", f"{chosen.points * 100:.2f} / {chosen.t * 100:.2f}"
    if reduced.given:
        yield "déjà déduit", format_cents(reduced.given)


def _line_step(line: Line) -> Step:
    return Step(
        label=line.label,
        amount=line.total,
        rule=line.source,
        inputs=(
            ("base", format_cents(line.base)),
            ("employeur", _share(line.rate.employer, line.employer)),
            ("salarié", _share(line.rate.employee, line.employee)),
        ),
    )


def _share(rate: Decimal, amount: Cents) -> str:
    return f"{rate} % = {format_cents(amount)}"


def _source(table: str, given: MonthInput) -> str:
    return parameters.source_of(table, given.facts.month.first)
