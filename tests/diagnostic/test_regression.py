"""Coefficients on the bases: found when they are there, never invented."""

from __future__ import annotations

from miroir.diagnostic.regression import coefficients
from miroir.types.calculation import Tranches

BASES = [
    Tranches(t1=400_500, t2=t2, cet=400_500 + t2) for t2 in (10_000, 95_113, 200_007)
] + [Tranches(t1=t1) for t1 in (200_000, 255_555, 310_001)]


def test_one_coefficient() -> None:
    observed = [(bases, -round(bases.t1 * 0.011)) for bases in BASES]
    said = coefficients(observed, 5)
    assert said == "les écarts sont exactement -1,10 % de la tranche 1"


def test_two_coefficients() -> None:
    observed = [(b, round(b.t1 * 0.005) - round(b.t2 * 0.031)) for b in BASES]
    said = coefficients(observed, 5)
    assert said.endswith("+0,50 % de la tranche 1 et -3,10 % de la tranche 2")


def test_three_coefficients() -> None:
    observed = [
        (b, round(b.t1 * 0.005) - round(b.t2 * 0.031) + round(b.cet * 0.0017))
        for b in BASES
    ]
    assert "la base de CET" in coefficients(observed, 5)


def test_nothing_is_said_of_what_does_not_hold() -> None:
    observed = [(bases, 1_000 + 77 * rank**2) for rank, bases in enumerate(BASES)]
    assert coefficients(observed, 5) == ""


def test_nothing_is_said_of_too_few_employees() -> None:
    same = [(BASES[0], -4_405)] * 9
    assert coefficients(same, 5) == ""
    assert coefficients([(bases, -4_405) for bases in BASES[:2]], 5) == ""


def test_bases_that_go_together_are_not_parted() -> None:
    """T1, T2 and CET of people above the ceiling: CET is T1 + T2."""
    above = [
        Tranches(t1=400_500, t2=t, cet=400_500 + t) for t in range(0, 90_000, 9_000)
    ]
    observed = [(b, round(b.t1 * 0.005) - round(b.t2 * 0.031)) for b in above]
    assert coefficients(observed, 5)
