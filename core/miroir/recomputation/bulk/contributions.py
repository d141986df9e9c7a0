"""131 and 132 of each row: the lines of a payslip, each share rounded."""

from __future__ import annotations

import math
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


def whole_131(bases: Bases, tariffs: Tariffs, tariff: Ints) -> Ints:
    """131 before any exemption. `tariff`: the row of each employee's rates."""
    due = _shares(bases.t1, tariffs.t1.take(tariff), tariffs.ceg_t1)
    second = np.flatnonzero((bases.t2 != 0) | (bases.cet != 0))
    if len(second):
        t2 = _shares(bases.t2[second], tariffs.t2.take(tariff[second]), tariffs.ceg_t2)
        due[second] += t2 + _shares(bases.cet[second], tariffs.cet)
    return due


def pension_131(
    rows: MonthRows, due: Ints, bases: Bases, tariffs: Tariffs, tariff: Ints
) -> Pension:
    """131 net of the exemption of apprentices. `due`: `whole_131`, not kept."""
    apprentices = np.flatnonzero(rows.apprentice)
    if not len(apprentices):
        return Pension(due, rows.declared_131, np.zeros_like(due))
    found = Pension(due, rows.declared_131.copy(), np.zeros_like(due))
    _relieve(found, apprentices, rows, bases, tariffs, tariff)
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
    """Take the exempt part off the 131 of apprentices, the rows `where`.

    As `pricing._with_exemption`: by the SMIC of the month or, when it is the
    one applied, by that of January. Apec never comes in: it adds the same
    distance to both.
    """
    spared = _spared(_exempt(rows, where, tariffs), where, bases, tariffs, tariff)
    due = found.due[where] - spared
    declared = _declared(rows, where, due)
    near, nearer = np.abs(declared - due)
    january = (nearer <= TOLERANCE) & (nearer < near)
    for values, both in zip(
        (found.due, found.declared, found.exempted),
        (due, declared, spared),
        strict=True,
    ):
        values[where] = np.where(january, both[1], both[0])


def _declared(rows: MonthRows, where: Ints, due: Ints) -> Ints:
    """131 declared as it compares with each of two amounts due.

    As `pricing._declared_by_apprentice`: 131 is declared net, or gross with a
    negative 109 beside it.
    """
    declared, beside = rows.declared_131[where], rows.exempt_109[where]
    net = np.abs(declared - due) <= TOLERANCE
    found: Ints = declared + np.where(net, 0, np.minimum(beside, 0))
    return found


def _exempt(rows: MonthRows, where: Ints, tariffs: Tariffs) -> Ints:
    """As `apprentice.exempt_bases`: with the SMIC of the month, then of
    January, of shape (2, rows)."""
    first, last = tariffs.days
    made = rows.start[where]
    start, end = np.maximum(made, first), np.minimum(rows.end[where], last)
    counted = tariffs.apprentice_parts(made) * np.maximum(end - start + 1, 0)
    # Both amounts of SMIC over one divisor: the two are rounded together.
    over = math.lcm(*(smic.denominator for smic in tariffs.smics))
    whole = [[int(smic * over)] for smic in tariffs.smics]
    thresholds = half_up(np.array(whole) * counted, over * MILLION * tariffs.month.days)
    found: Ints = np.minimum(np.maximum(rows.gross[where], 0), thresholds)
    return found


def _spared(
    exempt: Ints, where: Ints, bases: Bases, tariffs: Tariffs, tariff: Ints
) -> Ints:
    """The employee share left out of each line, on positive bases only.

    What a rate has above the obligatory one is not spared.
    """

    def left(base: Ints) -> Ints:
        return base - np.minimum(exempt, base)

    row = tariff[where]
    t1, ceg = np.maximum(bases.t1[where], 0), tariffs.ceg_t1.employee
    rate, obligatory = tariffs.t1.take(row).employee, tariffs.exemptible[row]
    spared = apply_rates(t1, rate, ceg) - apply_rates(left(t1), obligatory, ceg)
    if np.any(rate != obligatory):
        spared -= apply_rates(t1, rate - obligatory)
    cet = np.maximum(bases.cet[where], 0)
    if cet.any():
        rate = tariffs.cet.employee
        spared += apply_rates(cet, rate) - apply_rates(left(cet), rate)
    return spared
