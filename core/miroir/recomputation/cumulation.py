"""Bases of a month as differences of bases cumulated since January or hire.

    T1 = min(pay, ceiling)         T2 = min(pay, 8 ceilings) - ceiling, or 0
    CET = min(pay, 8 ceilings) when pay exceeds the ceiling, else 0
    Apec = min(pay of cadre, 4 ceilings of cadre)

all on sums since the start of the year; a month may be negative (progressive
regularisation: CT2026.1.2 p. 47; CET tested on the sums).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from miroir.parameters import Scheme
from miroir.types.amounts import Cents
from miroir.types.calculation import Tranches


@dataclass(frozen=True, slots=True)
class Cumul:
    """Sums since January or hire, in cents."""

    gross: Cents = 0
    ceiling: Cents = 0
    cadre_gross: Cents = 0
    cadre_ceiling: Cents = 0

    def plus(self, gross: Cents, ceiling: Cents, cadre_gross: Cents) -> Cumul:
        """Add a month; the cadre's ceiling follows the cadre's part of pay."""
        share = ceiling
        if cadre_gross != gross:
            share = ceiling * cadre_gross // gross if gross > 0 else 0
        return Cumul(
            self.gross + gross,
            self.ceiling + ceiling,
            self.cadre_gross + cadre_gross,
            self.cadre_ceiling + share,
        )

    def bases(self, scheme: Scheme) -> Tranches:
        """Cumulated bases."""
        capped = min(self.gross, scheme.t2_ceilings * self.ceiling)
        above = self.gross > self.ceiling
        return Tranches(
            ceiling=self.ceiling,
            gross=self.gross,
            t1=min(self.gross, self.ceiling),
            t2=max(capped - self.ceiling, 0) if above else 0,
            cet=capped if above else 0,
            apec=min(self.cadre_gross, scheme.apec_ceilings * self.cadre_ceiling),
        )


def month_tranches(before: Cumul, after: Cumul, scheme: Scheme) -> Tranches:
    """Bases of one month: those cumulated after it less those before it."""
    old, new = before.bases(scheme), after.bases(scheme)
    return Tranches(
        ceiling=new.ceiling - old.ceiling,
        gross=new.gross - old.gross,
        t1=new.t1 - old.t1,
        t2=new.t2 - old.t2,
        cet=new.cet - old.cet,
        apec=new.apec - old.apec,
    )


@dataclass(frozen=True, slots=True)
class DeclaredBases:
    """A month whose past is unknown: its bases as declared, in cents.

    `own_ceiling`: the ceiling is this employer's alone, and can be judged.
    """

    capped: Cents
    gross: Cents
    cadre_gross: Cents
    ceiling: Cents
    year_ceiling: Cents
    own_ceiling: bool = True

    @property
    def possible(self) -> DeclaredBases:
        """The same, base 02 corrected where no past could explain it.

        Whatever came before, a second tranche means a first one of at least
        the ceiling of the month: the sums stayed above, or have just crossed.
        """
        short = self.capped < min(self.gross, self.ceiling)
        if self.own_ceiling and short:
            return replace(self, capped=min(self.gross, self.ceiling))
        return self


@dataclass(frozen=True, slots=True)
class Allowed:
    """Tranches with what the missing months leave open: CET and Apec bases
    between two bounds, in cents; T2 too, CET then following it."""

    tranches: Tranches
    cet: tuple[Cents, Cents]
    apec: tuple[Cents, Cents]
    second: tuple[Cents, Cents] | None = None

    def nearest(self, cet: Cents, apec: Cents) -> Tranches:
        """The tranches whose open bases are the nearest to those wanted."""
        return replace(
            self.tranches, cet=_within(self.cet, cet), apec=_within(self.apec, apec)
        )

    def with_second(self, wanted: Cents) -> Allowed:
        """The same with T2 the nearest to what is wanted, and CET on T1 and T2."""
        if self.second is None:
            return self
        second = _within(self.second, wanted)
        whole = self.tranches.t1 + second
        return replace(
            self,
            tranches=replace(self.tranches, t2=second),
            cet=(whole, whole),
            second=None,
        )


def declared_tranches(month: DeclaredBases, scheme: Scheme) -> Iterator[Allowed]:
    """What the missing months allow, the most usual first.

    T1 is base 02 where it is possible, T2 is base 03 less T1. What CET is due
    on depends on sums that are not at hand:

    - base 02 = base 03: pay stayed under the ceiling, no CET;
    - base 02 at the ceiling: pay stayed above, CET on base 03;
    - base 03 above base 02 above the ceiling: pay has just crossed it, CET on
      all pay since January, that is the ceilings since January and T2;
    - base 02 above base 03: pay fell back under, all past CET is taken back.

    Above four ceilings, earlier months may have gone beyond eight, or left room
    under them: T2 is anywhere between the pay and seven ceilings.
    """
    month = month.possible
    t2 = month.gross - month.capped
    bound = (scheme.t2_ceilings - 1) * month.ceiling
    cadre = month.cadre_gross
    four = scheme.apec_ceilings * month.ceiling
    # High pay may find room left by earlier months, or theirs be reported.
    apec = (min(cadre, four), max(cadre, four) if 2 * cadre > four else cadre)
    tranches = Tranches(
        ceiling=month.ceiling, gross=month.gross, t1=month.capped, t2=t2
    )
    for cet in _cet_bounds(month, t2):
        yield Allowed(tranches, cet, apec)
    if month.gross > four:
        yield Allowed(tranches, (0, 0), apec, (min(t2, bound), max(t2, bound)))


def _cet_bounds(month: DeclaredBases, t2: Cents) -> Iterator[tuple[Cents, Cents]]:
    usual = month.capped + t2
    if t2 == 0:
        yield 0, 0
        return
    yield usual, usual
    if t2 < 0:
        # What is taken back is all pay until last month: its ceilings and T2.
        yield t2 - month.year_ceiling, t2
    elif month.capped > month.ceiling:
        yield usual, month.year_ceiling + t2


def _within(bounds: tuple[Cents, Cents], wanted: Cents) -> Cents:
    low, high = sorted(bounds)
    return min(max(wanted, low), high)
