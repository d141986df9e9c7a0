"""Rates and split: what the contract says beside what the amounts imply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from miroir import parameters
from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import SHOWN, Group, row_evidence
from miroir.adhesion.implied import SHARE, T1, T2, Measure, Run, last_run
from miroir.adhesion.menu import Guarantee, Requires
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.words import FIELDS, THE, day, place, shown
from miroir.synthesis.french import capital, count, of
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Status

LEAST_MONTHS = 2
"""One month alone may be an error of payroll: nothing is proposed from it."""


@dataclass(frozen=True, slots=True)
class _Term:
    code: str
    field: str
    measure: Measure
    contribution: str
    source: str


_TERMS = (
    _Term("TAUX_T1_DIFFERENT", "rate_t1", T1, "131", "adhesion_rate"),
    _Term("TAUX_T2_DIFFERENT", "rate_t2", T2, "131", "adhesion_rate"),
    _Term("REPARTITION_DIFFERENTE", "employer_share", SHARE, "142", "adhesion_split"),
)


def examine(situation: Situation) -> Iterator[Incoherence]:
    """One incoherence by term and row whose value the amounts contradict."""
    for group in situation.covered:
        for term in _TERMS:
            run = last_run(group, term.measure)
            if run is None:
                continue
            row = situation.row(group.siret, group.category, run.months[-1].last)
            if row is not None and getattr(row, term.field) != run.value:
                yield _different(situation, group, row, term, run)


def _different(
    situation: Situation, group: Group, row: AdhesionCondition, term: _Term, run: Run
) -> Incoherence:
    recorded: Decimal = getattr(row, term.field)
    first = run.months[0].first
    change = None
    if len(run.months) >= LEAST_MONTHS:
        change = _change(situation, group, row, term, run)
    return Incoherence(
        code=term.code,
        severity=Severity.IMPORTANT,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category=group.category,
        recorded=shown(term.field, recorded),
        expected=shown(term.field, run.value),
        since=first,
        fact=(
            f"{capital(place(row.siret, group.category))} :"
            f" {FIELDS[term.field]} de {shown(term.field, recorded)} au contrat,"
            f" {shown(term.field, run.value)} d’après les montants déclarés"
            f" {of(run.months)} ({count(run.employees, 'salarié')})."
        ),
        decides=_decides(term, run.value, recorded),
        evidence=(
            *row_evidence(row, term.field),
            *_amounts(group, run, term.contribution),
        ),
        source=parameters.source_of(term.source, first),
        change=change,
    )


def _decides(term: _Term, found: Decimal, recorded: Decimal) -> str:
    if term.field == "employer_share":
        return (
            "L’accord de branche ou d’entreprise qui fixe la répartition ; sans lui,"
            " l’entreprise corrige son paramétrage."
        )
    if found > recorded:
        return (
            "L’obligation née avant le 02/01/1993 qui fonde ce taux (accord, convention"
            " collective, ancien contrat) ; sans elle, l’entreprise revient au taux du"
            " contrat."
        )
    return (
        "Le retour de l’entreprise au taux de droit commun, avec son accord et la"
        " contribution de maintien de droits ; sans eux, elle corrige son paramétrage."
    )


def _amounts(group: Group, run: Run, code: str) -> tuple[Evidence, ...]:
    """Where the contributions are; their amounts, which tell a pay, are left out."""
    found: list[Evidence] = []
    for line in group.lines:
        if line.period not in run.months:
            continue
        for part in line.parts:
            for contribution in part.base.contributions:
                if contribution.code == code and len(found) < SHOWN:
                    found.append(part.declaration.evidence(contribution.block, "001"))
    return tuple(found)


def _change(
    situation: Situation, group: Group, row: AdhesionCondition, term: _Term, run: Run
) -> Change:
    first = run.months[0].first
    basis, guarantees = _why(situation, row, term.field, run.value, first)
    values: dict[str, str | tuple[str, ...] | None] = {term.field: str(run.value)}
    if guarantees is not None:
        values["guarantees"] = guarantees
    return Change(
        siret=row.siret,
        category=group.category,
        basis=basis,
        label=(
            f"Porter {THE[term.field]} de"
            f" {shown(term.field, getattr(row, term.field))} à"
            f" {shown(term.field, run.value)} à compter du {day(first)}"
            f" ({place(row.siret, group.category)})"
        ),
        since=first,
        values=values,
    )


def _why(
    situation: Situation,
    row: AdhesionCondition,
    name: str,
    value: Decimal,
    since: date,
) -> tuple[Basis, tuple[str, ...] | None]:
    """What the new value rests on, and the guarantees that say it.

    The agreement first, then what the company had once, then nothing but what
    it declares.
    """
    menu = situation.menu
    obliged = [
        each
        for each in menu.obliged(row.idcc, row.category, since)
        if (name, value) in each.sets
    ]
    if obliged:
        return Basis.AGREEMENT, _codes(situation, row, obliged, name)
    had = [
        each
        for each in situation.contract
        if each.category == row.category
        and each.valid_from < since
        and getattr(each, name) == value
    ]
    offered = menu.setting(name, value, row.category, since)
    if had:
        fit = [each for each in offered if each.requires is not Requires.AGREEMENT]
        return Basis.HISTORY, _codes(situation, row, fit, name)
    free = [each for each in offered if each.requires is Requires.NOTHING]
    return Basis.DECLARED, _codes(situation, row, free, name)


def _codes(
    situation: Situation, row: AdhesionCondition, fit: Sequence[Guarantee], name: str
) -> tuple[str, ...] | None:
    """The guarantees of the row, the one that set the field replaced; None when
    neither the contract nor the menu tells any."""
    if not row.guarantees and not fit:
        return None
    codes = [
        code
        for code in row.guarantees
        if name not in dict(getattr(situation.menu.find(code), "sets", ()))
    ]
    place = next(
        (at for at, code in enumerate(row.guarantees) if code not in codes), len(codes)
    )
    return (*codes[:place], *(each.code for each in fit[:1]), *codes[place:])
