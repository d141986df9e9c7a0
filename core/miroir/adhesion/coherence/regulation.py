"""What a contract says beside the regulation, whatever is declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from miroir import parameters
from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import row_evidence
from miroir.adhesion.implied import calculation_rate, standard_day
from miroir.adhesion.menu import Requires
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.rows import own_rows
from miroir.adhesion.words import FIELDS, THE, day, percent, place, rate, shown
from miroir.parameters import adhesion as rules
from miroir.synthesis.french import capital
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import Status

_RATES = ("rate_t1", "rate_t2")


def examine(situation: Situation) -> Iterator[Incoherence]:
    for row in situation.contract:
        if row.valid_from > parameters.horizon():
            continue
        if row.valid_until is not None and row.valid_until < parameters.first_day():
            continue
        for field in _RATES:
            yield from _rate(situation, row, field)
        yield from _split(situation, row)


def _since(row: AdhesionCondition) -> date:
    return standard_day(row.valid_from)


def _rate(
    situation: Situation, row: AdhesionCondition, field: str
) -> Iterator[Incoherence]:
    value: Decimal = getattr(row, field)
    bounds = rules.rate_bounds(_since(row))
    low = bounds.floor_t1 if field == "rate_t1" else bounds.floor_t2
    high = bounds.highest_t1 if field == "rate_t1" else bounds.highest_t2
    called = _called(row, field, low)
    if called is not None:
        yield _is_called(situation, row, field, called, bounds.source)
    elif value < low:
        yield _too_low(situation, row, field, low, bounds.source)
    elif value > low and not justified(situation, row, field):
        yield _higher(row, field, low, beyond=value > high, source=bounds.source)


def _called(row: AdhesionCondition, field: str, low: Decimal) -> Decimal | None:
    """The calculation rate, when the row holds the one called at 127 %.

    7.87 and 21.59 are those of the standard rates; a higher one is told by the
    amounts, since 8.00 may be a rate and be called at 10.16.
    """
    scheme = parameters.scheme(_since(row))
    found = calculation_rate(getattr(row, field), scheme)
    return found if found == low else None


def _is_called(
    situation: Situation,
    row: AdhesionCondition,
    field: str,
    found: Decimal,
    source: str,
) -> Incoherence:
    call = percent(parameters.scheme(_since(row)).call_rate)
    return _incoherence(
        row,
        field,
        code="TAUX_APPELE_AU_CONTRAT",
        severity=Severity.GRAVE,
        status=Status.ESTABLISHED,
        expected=rate(found),
        fact=(
            f"{shown(field, getattr(row, field))} est le taux appelé de {rate(found)} :"
            f" le contrat doit porter le taux de calcul, que le taux d’appel de"
            f" {call} multiplie ensuite."
        ),
        decides="Le taux de calcul du contrat ; les deux se confondent à la saisie.",
        source=source,
        change=_set(situation, row, field, found),
    )


def _too_low(
    situation: Situation, row: AdhesionCondition, field: str, low: Decimal, source: str
) -> Incoherence:
    return _incoherence(
        row,
        field,
        code="TAUX_SOUS_LE_DROIT_COMMUN",
        severity=Severity.GRAVE,
        status=Status.ESTABLISHED,
        expected=rate(low),
        fact=(
            f"{FIELDS[field]} de {shown(field, getattr(row, field))}, sous le taux de droit"
            f" commun de {rate(low)}."
        ),
        decides="Aucun : le taux de droit commun est un minimum.",
        source=source,
        change=_set(situation, row, field, low),
    )


def _higher(
    row: AdhesionCondition, field: str, low: Decimal, *, beyond: bool, source: str
) -> Incoherence:
    limit = " ; il dépasse aussi les taux que l’on rencontre" if beyond else ""
    return _incoherence(
        row,
        field,
        code="TAUX_HORS_USAGE" if beyond else "TAUX_SUPERIEUR_SANS_ORIGINE",
        severity=Severity.IMPORTANT if beyond else Severity.MINOR,
        status=Status.HYPOTHESIS,
        expected=rate(low),
        fact=(
            f"{FIELDS[field]} de {shown(field, getattr(row, field))}, au-dessus du taux de"
            f" droit commun de {rate(low)}, sans garantie qui dise d’où il"
            f" vient{limit}."
        ),
        decides=(
            "L’obligation née avant le 02/01/1993 qui le fonde : ancien contrat, accord"
            " ou convention collective."
        ),
        source=source,
    )


def _split(situation: Situation, row: AdhesionCondition) -> Iterator[Incoherence]:
    rule = rules.split(_since(row))
    if row.employer_share == rule.standard:
        return
    if justified(situation, row, "employer_share"):
        return
    less = row.employer_share < rule.standard
    yield _incoherence(
        row,
        "employer_share",
        code="REPARTITION_SANS_ORIGINE",
        severity=Severity.IMPORTANT if less else Severity.MINOR,
        status=Status.HYPOTHESIS,
        expected=percent(rule.standard),
        fact=(
            f"part de l’employeur de {percent(row.employer_share)} au lieu de"
            f" {percent(rule.standard)}, sans garantie qui dise d’où elle vient"
            + (" ; elle est moins favorable aux salariés." if less else ".")
        ),
        decides="L’accord de branche ou d’entreprise qui fixe cette répartition.",
        source=rule.source,
    )


def _set(
    situation: Situation, row: AdhesionCondition, field: str, value: Decimal
) -> Change:
    """In this row alone: from its first day, which may move, to its end."""
    first = own_rows(situation.contract, row.siret, row.category)[0]
    since = _since(row)
    whole = row == first and since == row.valid_from
    return Change(
        siret=row.siret,
        category=row.category,
        basis=Basis.REGULATION,
        label=(
            f"Porter {THE[field]} de {shown(field, getattr(row, field))} à"
            f" {shown(field, value)} à compter du {day(since)}"
            f" ({place(row.siret, row.category)})"
        ),
        since=None if whole else since,
        until=row.valid_until,
        values={field: str(value)},
    )


def _incoherence(
    row: AdhesionCondition,
    field: str,
    *,
    code: str,
    severity: Severity,
    status: Status,
    expected: str,
    fact: str,
    decides: str,
    source: str,
    change: Change | None = None,
) -> Incoherence:
    return Incoherence(
        code=code,
        severity=severity,
        status=status,
        siret=row.siret,
        category=row.category,
        recorded=shown(field, getattr(row, field)),
        expected=expected,
        since=row.valid_from,
        fact=f"{capital(place(row.siret, row.category))} : {fact}",
        decides=decides,
        evidence=row_evidence(row, field),
        source=source,
        change=change,
    )


def justified(situation: Situation, row: AdhesionCondition, field: str) -> bool:
    """Whether history or an agreement gives a row its value of one field."""
    value = getattr(row, field)
    for code in row.guarantees:
        found = situation.menu.find(code)
        if found is None or found.requires is Requires.NOTHING:
            continue
        if (field, value) in found.sets:
            return True
    obliged = situation.menu.obliged(row.idcc, row.category, _since(row))
    return any((field, value) in each.sets for each in obliged)
