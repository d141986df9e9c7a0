"""131 and 132 of each row: the lines of a payslip, each share rounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from miroir.recomputation.bulk.half_up import MILLION, apply_rates, half_up
from miroir.recomputation.bulk.rows import Ints, MonthRows
from miroir.recomputation.bulk.tariffs import Rate, Tariffs
from miroir.recomputation.bulk.tranches import Bases, Category
from miroir.types.diagnosis import TOLERANCE


@dataclass(frozen=True, slots=True, eq=False)
class Pension:
    """131 due, 131 declared as it compares, and what an apprentice is spared."""

    due: Ints
    declared: Ints
    exempted: Ints


def pension_131(
    rows: MonthRows, bases: Bases, tariffs: Tariffs, tariff: Ints
) -> Pension:
    """131, net of the exemption of apprentices. `tariff`: row of each employee."""
    due = _shares(bases.t1, tariffs.t1.take(tariff), tariffs.ceg_t1)
    second = np.flatnonzero((bases.t2 != 0) | (bases.cet != 0))
    if len(second):
        t2 = _shares(bases.t2[second], tariffs.t2.take(tariff[second]), tariffs.ceg_t2)
        due[second] += t2 + _shares(bases.cet[second], tariffs.cet)
    apprentices = np.flatnonzero(rows.apprentice)
    if not len(apprentices):
        return Pension(due, rows.declared_131, np.zeros_like(due))
    found = Pension(due, rows.declared_131.copy(), np.zeros_like(due))
    _relieve(
        found,
        apprentices,
        rows.take(apprentices),
        bases.take(apprentices),
        tariffs,
        tariff[apprentices],
    )
    return found


def apec_132(
    rows: MonthRows, bases: Bases, category: Category, tariffs: Tariffs
) -> Ints:
    """Apec of cadres; without a category, due where it is nearer to 132."""
    due = np.zeros_like(bases.apec)
    cadre, unknown = category.cadre, category.unknown
    due[cadre] = _shares(bases.apec[cadre], tariffs.apec)
    if len(unknown):
        amount = _shares(bases.apec[unknown], tariffs.apec)
        declared = rows.declared_132[unknown]
        nearer = np.abs(declared - amount) < np.abs(declared)
        due[unknown] = np.where(nearer, amount, 0)
    return due


def _shares(base: Ints, *rates: Rate) -> Ints:
    """Employer and employee shares, each rounded."""
    return apply_rates(
        base, *(share for rate in rates for share in (rate.employer, rate.employee))
    )


def _relieve(
    found: Pension,
    where: Ints,
    rows: MonthRows,
    bases: Bases,
    tariffs: Tariffs,
    tariff: Ints,
) -> None:
    """Take the exempt part off the 131 of apprentices.

    As `pricing._with_exemption`: by the SMIC of the month or, when it is the
    one applied, by that of January. Apec never comes in: it adds the same
    distance to both.
    """
    gross = found.due[where]
    first, second = (
        _reading(rows, gross, _spared(exempt, bases, tariffs, tariff))
        for exempt in _exempt_bases(rows, tariffs)
    )
    near, nearer = _distance(first), _distance(second)
    chosen = np.where((nearer <= TOLERANCE) & (nearer < near), second, first)
    found.due[where], found.declared[where], found.exempted[where] = chosen


def _reading(rows: MonthRows, gross: Ints, spared: Ints) -> Ints:
    """131 due, declared, and the part spared, of shape (3, rows).

    As `pricing._declared_by_apprentice`: 131 is declared net, or gross with a
    negative 109 beside it.
    """
    due, declared = gross - spared, rows.declared_131
    net = np.abs(declared - due) <= TOLERANCE
    beside = np.where(net, 0, np.minimum(rows.exempt_109, 0))
    return np.stack((due, declared + beside, spared))


def _distance(reading: Ints) -> Ints:
    distance: Ints = np.abs(reading[1] - reading[0])
    return distance


def _exempt_bases(rows: MonthRows, tariffs: Tariffs) -> Iterator[Ints]:
    """As `apprentice.exempt_bases`: SMIC of the month, then of January."""
    first, last = tariffs.days
    start, end = np.maximum(rows.start, first), np.minimum(rows.end, last)
    days = np.maximum(end - start + 1, 0)
    part = tariffs.apprentice_parts(rows.start)
    for smic in tariffs.smics:
        threshold = half_up(
            smic.numerator * part * days,
            smic.denominator * MILLION * tariffs.month.days,
        )
        yield np.minimum(np.maximum(rows.gross, 0), threshold)


def _spared(exempt: Ints, bases: Bases, tariffs: Tariffs, tariff: Ints) -> Ints:
    """The employee share left out, line by line, on positive bases only."""
    t1 = tariffs.t1.take(tariff).employee
    lines = (
        (bases.t1, t1, tariffs.exemptible[tariff]),
        (bases.t1, tariffs.ceg_t1.employee, tariffs.ceg_t1.employee),
        (bases.cet, tariffs.cet.employee, tariffs.cet.employee),
    )
    spared = np.zeros_like(exempt)
    for base, rate, obligatory in lines:
        base = np.maximum(base, 0)
        left = base - np.minimum(exempt, base)
        net = apply_rates(left, obligatory) + apply_rates(base, rate - obligatory)
        spared += apply_rates(base, rate) - net
    return spared
