"""Bases of a month as differences of cumulated bases: `cumulation` for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from miroir.recomputation.bulk.ceilings import Ceilings
from miroir.recomputation.bulk.rows import Columns, Ints, MonthRows, Sums
from miroir.recomputation.bulk.tariffs import Tariffs
from miroir.recomputation.facts import NO_CATEGORY
from miroir.recomputation.situation import CADRE


@dataclass(frozen=True, slots=True, eq=False)
class Bases(Columns):
    """Of one month, in cents; negative after a regularisation."""

    t1: Ints
    t2: Ints
    cet: Ints
    apec: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """Rows by category: cadres, those whose category is not given (whether
    Apec is due cannot be told), and all whose sums for Apec move."""

    cadre: Ints
    unknown: Ints
    moving: Ints

    @classmethod
    def of(cls, rows: MonthRows) -> Category:
        unknown = np.zeros(len(rows), bool)
        for status in NO_CATEGORY:
            unknown |= rows.status == int(status)
        # Who is no cadre any more at the end of a month may have been one in it.
        cadre = (rows.status == int(CADRE)) | ((rows.cadre_gross != 0) & ~unknown)
        # As `Cumul.plus`: without any pay, the whole ceiling is a cadre's too.
        moving = cadre | unknown | (rows.gross == 0)
        return cls(*map(np.flatnonzero, (cadre, unknown, moving)))


def added(
    rows: MonthRows, before: Sums, ceilings: Ceilings, category: Category
) -> Sums:
    """The sums with the month, the reduction that it gives apart."""
    cadre_gross, cadre_ceiling = before.cadre_gross.copy(), before.cadre_ceiling.copy()
    moving = category.moving
    cadre_gross[moving] += rows.cadre_gross[moving]
    cadre_ceiling[moving] += _cadre_share(
        ceilings.usual[moving], rows.cadre_gross[moving], rows.gross[moving]
    )
    return Sums(
        gross=before.gross + rows.gross,
        ceiling=before.ceiling + ceilings.usual,
        cadre_gross=cadre_gross,
        cadre_ceiling=cadre_ceiling,
        smic=before.smic + ceilings.smic,
        given=before.given,
        option=before.option | ceilings.option,
    )


def _cadre_share(ceiling: Ints, cadre_gross: Ints, gross: Ints) -> Ints:
    """The ceiling of a cadre, as `Cumul.plus`: in proportion to the pay as one."""
    share = ceiling.copy()
    part = np.flatnonzero(cadre_gross != gross)
    if len(part):
        paid = np.maximum(gross[part], 1)
        share[part] = np.where(
            gross[part] > 0, ceiling[part] * cadre_gross[part] // paid, 0
        )
    return share


def month_bases(
    before: Sums, after: Sums, category: Category, tariffs: Tariffs
) -> Bases:
    """Cumulated bases after the month less those before it.

    Above the ceilings is rare, and Apec moves with the sums of cadres only.
    """
    t1 = np.minimum(after.gross, after.ceiling)
    t1 -= np.minimum(before.gross, before.ceiling)
    t2, cet, apec = np.zeros_like(t1), np.zeros_like(t1), np.zeros_like(t1)
    above = (after.gross > after.ceiling) | (before.gross > before.ceiling)
    rows = np.flatnonzero(above)
    if len(rows):
        new, old = (_above(sums, rows, tariffs) for sums in (after, before))
        t2[rows], cet[rows] = new[0] - old[0], new[1] - old[1]
    rows = category.moving
    apec[rows] = _apec(after, rows, tariffs) - _apec(before, rows, tariffs)
    return Bases(t1, t2, cet, apec)


def _above(sums: Sums, rows: Ints, tariffs: Tariffs) -> tuple[Ints, Ints]:
    """Cumulated T2, and base of CET: all pay up to 8 ceilings, once above."""
    gross, ceiling = sums.gross[rows], sums.ceiling[rows]
    most = np.minimum(gross, tariffs.t2_ceilings * ceiling)
    return np.maximum(most - ceiling, 0), np.where(gross > ceiling, most, 0)


def _apec(sums: Sums, rows: Ints, tariffs: Tariffs) -> Ints:
    """Cumulated base of Apec."""
    four = tariffs.apec_ceilings * sums.cadre_ceiling[rows]
    found: Ints = np.minimum(sums.cadre_gross[rows], four)
    return found
