"""Gaps that no known error gives, as exact coefficients on the bases.

    gap = a × T1 + b × T2 + c × CET base

solved in fractions over the employees, coefficients to the hundredth of a
percent. It holds when every line is given to the tolerance, by more lines than
coefficients; it names no cause, and says what the adviser may ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from miroir.recomputation.exact import half_up
from miroir.types.amounts import Cents
from miroir.types.calculation import Tranches

Observation = tuple[Tranches, Cents]
"""Bases of a line, and its gap on 131."""

SPARE = 2
"""Lines wanted beyond the number of coefficients, else anything fits."""
_BASES: dict[str, Callable[[Tranches], Cents]] = {
    "la tranche 1": lambda bases: bases.t1,
    "la tranche 2": lambda bases: bases.t2,
    "la base de CET": lambda bases: bases.cet,
}


def coefficients(observed: Sequence[Observation], tolerance: Cents) -> str:
    """The fewest bases that give every gap, in French; empty when none do."""
    for size in range(1, len(_BASES) + 1):
        for names in combinations(_BASES, size):
            if len({bases for bases, _ in observed}) < size + SPARE:
                return ""
            found = _solved(names, observed)
            if found and _holds(names, found, observed, tolerance):
                return _said(names, found)
    return ""


def _row(names: Sequence[str], bases: Tranches) -> list[Cents]:
    return [_BASES[name](bases) for name in names]


def _solved(
    names: Sequence[str], observed: Iterable[Observation]
) -> list[Fraction] | None:
    """Least squares, exactly; None when the bases do not part the names."""
    size = len(names)
    table = [[Fraction(0)] * (size + 1) for _ in range(size)]
    for bases, gap in observed:
        row = [*_row(names, bases), gap]
        for i in range(size):
            for j in range(size + 1):
                table[i][j] += row[i] * row[j]
    for i in range(size):
        pivot = next((k for k in range(i, size) if table[k][i]), None)
        if pivot is None:
            return None
        table[i], table[pivot] = table[pivot], table[i]
        table[i] = [value / table[i][i] for value in table[i]]
        for k in range(size):
            if k != i:
                factor = table[k][i]
                table[k] = [
                    a - factor * b for a, b in zip(table[k], table[i], strict=True)
                ]
    hundredths = [row[-1] * 10_000 for row in table]
    return [Fraction(half_up(h.numerator, h.denominator), 10_000) for h in hundredths]


def _holds(
    names: Sequence[str],
    found: Sequence[Fraction],
    observed: Iterable[Observation],
    tolerance: Cents,
) -> bool:
    return all(found) and all(
        _distance(found, _row(names, bases), gap) <= tolerance
        for bases, gap in observed
    )


def _distance(found: Sequence[Fraction], row: Sequence[Cents], gap: Cents) -> Fraction:
    made = (value * base for value, base in zip(found, row, strict=True))
    return abs(sum(made, Fraction(-gap)))


def _said(names: Sequence[str], found: Sequence[Fraction]) -> str:
    parts = [
        f"{Decimal(int(value * 10_000)) / 100:+.2f} % de {name}".replace(".", ",")
        for name, value in zip(names, found, strict=True)
    ]
    return f"les écarts sont exactement {' et '.join(parts)}"
