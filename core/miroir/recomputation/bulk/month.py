"""What was due for one month of many employees: `due` in int64 columns.

Every month since January or the hire is known, in `before`. The rule is then
the only reading of the ceiling, unless some month of the year had an option
(part time, reduced forfait en jours). The year that `due.best_year` keeps is
still the rule's when each month from the first option on has a base 02 within
one cent of the rule's T1, and is not one whose base 02 shows no ceiling (pay
above the ceiling, declared whole): months before the first option are the same
under every ceiling; on the others the rule counts as exact everywhere, so none
counts more, and to beat an equal count another year would have to be nearer by
more than a cent a month, while the rule is off by a cent a month at most.
Every other row with an option is not sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from miroir.recomputation.bulk.ceilings import WORK_LIMIT, Ceilings, month_ceilings
from miroir.recomputation.bulk.contributions import pension_131
from miroir.recomputation.bulk.reductions import Claims, Reduced, reduction_106
from miroir.recomputation.bulk.rows import (
    UNIT,
    Ints,
    Mask,
    MonthDue,
    MonthRows,
    Sums,
)
from miroir.recomputation.bulk.steps import month_step
from miroir.recomputation.bulk.tariffs import Tariffs
from miroir.types.period import Month

PAY_LIMIT = 10**10
"""Amounts of a month, in cents: sums of twelve stay under `half_up.LIMIT`."""
_AMOUNTS = ("gross", "smic", "reduction_018", "reduction_106")


def nothing_before(count: int) -> Sums:
    """The sums in January, or at the hire."""
    zeros = np.zeros(count, np.int64)
    return Sums(zeros, zeros, zeros, zeros, zeros, zeros, np.zeros(count, bool))


def month_due(
    rows: MonthRows, before: Sums, tariffs: Tariffs, tariff: Ints, month: Month
) -> tuple[MonthDue, Sums]:
    """What was due for each row of a month, and the sums after it.

    `rows`, `before` and `tariff` (the row of `tariffs` for each employee) are
    of the same length. Rows that are not sure give nothing to read. Raises
    ValueError when the tariffs are those of another month.
    """
    if month != tariffs.month:
        raise ValueError(f"the tariffs of {tariffs.month} do not hold in {month}")
    rows, sure = _workable(rows, tariffs)
    ceilings = month_ceilings(rows, tariffs)
    step = month_step(rows, before, ceilings, tariffs, tariff)
    bases, apec = step.bases, step.due_132
    pension = pension_131(rows, step.due_131, bases, tariffs, tariff)
    reduced, after = _reduced(rows, step.after, ceilings, tariffs, tariff)
    legacy = np.flatnonzero(rows.legacy_105)
    pension.due[legacy] += apec[legacy]
    apec[legacy] = 0
    due = MonthDue(
        due_131=pension.due,
        due_132=apec,
        due_106=reduced.amount,
        declared_131=pension.declared,
        ceiling=ceilings.usual,
        t1=bases.t1,
        t2=bases.t2,
        cet=bases.cet,
        apec=bases.apec,
        exempted=pension.exempted,
        size=reduced.size,
        yearly=reduced.yearly,
        sure=sure & ~_open(rows, after, ceilings, bases.t1),
    )
    return due, after


def year_due(
    months: Sequence[MonthRows], tariffs: Sequence[Tariffs], tariff: Sequence[Ints]
) -> tuple[Sequence[MonthDue], Sums]:
    """What was due month after month for the same employees, from January on.

    A month without the employee is a row of zeros, quota 1 / 1: it adds
    nothing to the sums. A month is sure when it and those before it are.
    """
    sums = nothing_before(len(months[0]))
    sure, found = np.ones(len(months[0]), bool), []
    for rows, rates, row in zip(months, tariffs, tariff, strict=True):
        due, sums = month_due(rows, sums, rates, row, rates.month)
        sure = sure & due.sure
        found.append(replace(due, sure=sure))
    return found, sums


def _workable(rows: MonthRows, tariffs: Tariffs) -> tuple[MonthRows, Mask]:
    """The rows, emptied of what the rules cannot hold, and which are sure.

    Amounts and quotas beyond the bounds are for the full recomputation, which
    has none; a quota of another row may have no reference at all.
    """
    sure = rows.sure & (rows.reference > 0) & (rows.reference <= WORK_LIMIT)
    for name in _AMOUNTS:
        amounts = getattr(rows, name)
        if len(amounts) and (amounts.max() > PAY_LIMIT or amounts.min() < -PAY_LIMIT):
            sure = sure & (np.abs(amounts) <= PAY_LIMIT)
    if sure.all():
        return rows, sure
    zeroed = {name: np.where(sure, getattr(rows, name), 0) for name in _AMOUNTS}
    quota = {
        name: np.where(sure, getattr(rows, name), UNIT)
        for name in ("worked", "reference")
    }
    days = np.where(sure, rows.days, 0)
    return replace(rows, days=days, **zeroed, **quota), sure


def _reduced(
    rows: MonthRows, after: Sums, ceilings: Ceilings, tariffs: Tariffs, tariff: Ints
) -> tuple[Reduced, Sums]:
    """106 due, and the sums with what it gave."""
    due = Reduced.nothing(len(rows))
    where = np.flatnonzero(rows.has_018 | rows.has_106)
    if not len(where):
        return due, after
    claims = Claims(
        gross=rows.gross[where],
        smic=ceilings.smic[where],
        year_gross=after.gross[where],
        year_smic=after.smic[where],
        given=after.given[where],
        declared=rows.declared_106[where],
        social=rows.reduction_018[where],
        pension=rows.reduction_106[where],
    )
    own = reduction_106(claims, tariffs.reduction, tariff[where])
    due.amount[where], due.size[where] = own.amount, own.size
    due.yearly[where] = own.yearly
    return due, replace(after, given=after.given + due.amount)


def _open(rows: MonthRows, after: Sums, ceilings: Ceilings, t1: Ints) -> Mask:
    """Where another ceiling than the rule's may have been applied."""
    found = np.zeros(len(rows), bool)
    where = np.flatnonzero(after.option)
    if len(where):
        capped, gross = rows.capped[where], rows.gross[where]
        silent = (capped == gross) & (gross > ceilings.usual[where])
        found[where] = silent | (np.abs(capped - t1[where]) > 1)
    return found
