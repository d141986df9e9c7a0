"""Effect dates: late, with a hole, overlapping, ended while people are paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from miroir import parameters
from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import Group, row_evidence
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.rows import ONE_DAY, overlaps, own_rows
from miroir.adhesion.words import day, place
from miroir.synthesis.french import capital, count, of
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import Status
from miroir.types.period import Month


def examine(situation: Situation) -> Iterator[Incoherence]:
    for group in situation.groups:
        rows = own_rows(situation.contract, group.siret, group.category)
        general = own_rows(situation.contract, "", group.category)
        if rows and not general:
            yield from _of_group(situation, group, rows)
        elif general and not rows:
            yield from _of_group(situation, group, general)
    for earlier, later in overlaps(situation.contract):
        yield _overlap(earlier, later)
    yield from _beyond(situation)


def _of_group(
    situation: Situation, group: Group, rows: Sequence[AdhesionCondition]
) -> Iterator[Incoherence]:
    late = [month for month in group.months if month.last < rows[0].valid_from]
    if late:
        yield _late(situation, group, rows[0], late)
    for earlier, later in pairwise(rows):
        if earlier.valid_until is None:
            continue
        end, start = earlier.valid_until, later.valid_from
        hole = [month for month in group.months if end < month.last < start]
        if hole:
            yield _hole(group, earlier, later, hole)
    last = rows[-1].valid_until
    after = [month for month in group.months if last is not None and month.last > last]
    if after:
        yield _ended(group, rows[-1], after)


def _late(
    situation: Situation,
    group: Group,
    row: AdhesionCondition,
    late: Sequence[Month],
) -> Incoherence:
    since, basis = _begins(situation, group, row)
    hired = group.hired
    return Incoherence(
        code="DATE_EFFET_TARDIVE",
        severity=Severity.GRAVE,
        status=Status.ESTABLISHED,
        siret=row.siret,
        category=group.category,
        recorded=day(row.valid_from),
        expected=day(since),
        since=since,
        fact=(
            f"{capital(place(group.siret, group.category))} : les conditions"
            f" prennent effet le {day(row.valid_from)}, alors que des salaires sont"
            f" déclarés {of(late)} (plus ancien contrat : {day(hired)})."
        ),
        decides=(
            "La date de la première paie de cette catégorie dans l’établissement :"
            " l’adhésion prend effet au plus tard ce jour-là."
        ),
        evidence=(*row_evidence(row, "valid_from"), *group.evidence("001", late)),
        source=parameters.source_of("adhesion_category", _published(since)),
        change=Change(
            siret=row.siret,
            category=group.category,
            basis=basis,
            label=(
                f"Avancer la date d’effet ({place(row.siret, group.category)}) du"
                f" {day(row.valid_from)} au {day(since)}"
            ),
            begins=since,
        ),
    )


def _begins(
    situation: Situation, group: Group, row: AdhesionCondition
) -> tuple[date, Basis]:
    """The effect date of the other establishments, if people worked here then;
    else the first month that is declared."""
    first = group.months[0].first
    others = [
        each.valid_from
        for each in situation.contract
        if each.category == group.category
        and each.siret != row.siret
        and each.valid_from < first
    ]
    if others and group.hired < first:
        return max(min(others), group.hired.replace(day=1)), Basis.ESTABLISHMENTS
    return first, Basis.REGULATION


def _hole(
    group: Group,
    earlier: AdhesionCondition,
    later: AdhesionCondition,
    hole: Sequence[Month],
) -> Incoherence:
    end = later.valid_from - ONE_DAY
    return Incoherence(
        code="TROU_DE_DATES",
        severity=Severity.GRAVE,
        status=Status.ESTABLISHED,
        siret=earlier.siret,
        category=group.category,
        recorded=f"{day(earlier.valid_until)} puis {day(later.valid_from)}",
        expected="dates continues",
        since=hole[0].first,
        fact=(
            f"{capital(place(group.siret, group.category))} : aucune condition"
            f" entre le {day(earlier.valid_until)} et le {day(later.valid_from)},"
            f" alors que des salaires sont déclarés {of(hole)}."
        ),
        decides="Les dates des deux lignes : des salariés étaient payés entre elles.",
        evidence=(
            *row_evidence(earlier, "valid_until"),
            *row_evidence(later, "valid_from"),
            *group.evidence("001", hole),
        ),
        change=Change(
            siret=earlier.siret,
            category=group.category,
            basis=Basis.REGULATION,
            label=(
                f"Prolonger jusqu’au {day(end)} les conditions qui finissent le"
                f" {day(earlier.valid_until)} ({place(earlier.siret, group.category)})"
            ),
            extends=(earlier.valid_from, end),
        ),
    )


def _ended(group: Group, row: AdhesionCondition, after: Sequence[Month]) -> Incoherence:
    employees = len({e.person for e in group.lines if e.period in after})
    return Incoherence(
        code="CPN_FERMEE",
        severity=Severity.GRAVE,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category=group.category,
        recorded=day(row.valid_until),
        expected="salariés déclarés",
        since=after[0].first,
        fact=(
            f"{capital(place(group.siret, group.category))} : les conditions ont"
            f" pris fin le {day(row.valid_until)}, et"
            f" {count(employees, 'salarié est déclaré', 'salariés sont déclarés')}"
            f" {of(after)}."
        ),
        decides=(
            "La cause de la fermeture : transfert, changement de catégorie ou erreur."
        ),
        evidence=(*row_evidence(row, "valid_until"), *group.evidence("003", after)),
        change=Change(
            siret=row.siret,
            category=group.category,
            basis=Basis.DECLARED,
            label=(
                f"Rouvrir les conditions fermées le {day(row.valid_until)}"
                f" ({place(row.siret, group.category)})"
            ),
            extends=(row.valid_from, None),
        ),
    )


def _overlap(earlier: AdhesionCondition, later: AdhesionCondition) -> Incoherence:
    return Incoherence(
        code="CHEVAUCHEMENT",
        severity=Severity.GRAVE,
        status=Status.ESTABLISHED,
        siret=later.siret,
        category=later.category,
        recorded=f"{day(earlier.valid_until)} et {day(later.valid_from)}",
        expected="une seule ligne par jour",
        since=later.valid_from,
        fact=(
            f"{capital(place(later.siret, later.category))} : deux lignes valent"
            f" ensemble à partir du {day(later.valid_from)} ; laquelle s’applique"
            " n’est pas dit."
        ),
        decides="Les bulletins d’adhésion signés : fermer la ligne qui a été remplacée.",
        evidence=(
            *row_evidence(earlier, "valid_until"),
            *row_evidence(later, "valid_from"),
        ),
    )


def _beyond(situation: Situation) -> Iterator[Incoherence]:
    for row in situation.contract:
        if row.valid_from > parameters.horizon():
            yield Incoherence(
                code="DATE_EFFET_NON_JUGEE",
                severity=Severity.MINOR,
                status=Status.NOT_DECIDABLE,
                siret=row.siret,
                category=row.category,
                recorded=day(row.valid_from),
                expected=f"au plus tard le {day(parameters.horizon())}",
                since=row.valid_from,
                fact=(
                    f"{capital(place(row.siret, row.category))} : la ligne prend"
                    f" effet le {day(row.valid_from)}, au-delà des paramètres publiés."
                ),
                decides="La publication des paramètres de cette année.",
                evidence=row_evidence(row, "valid_from"),
            )


def _published(since: date) -> date:
    return min(max(since, parameters.first_day()), parameters.horizon())
