"""What the details (block 81) of declarations add up to for Agirc-Arrco.

Σ131 + Σ132 + Σ106 and the other reductions addressed to Agirc-Arrco; 142 and
146 are copies for Urssaf and never enter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from miroir.types.amounts import Cents
from miroir.types.declaration import Declaration

CONTRIBUTIONS = frozenset({"131", "132"})
REDUCTIONS = frozenset({"106", "110", "111", "112", "113", "915"})
LEGACY, APPRENTICE = "105", "109"


def detailed(declarations: Iterable[Declaration]) -> dict[str, Cents]:
    """Sums of block 81 by code, in cents, for the Agirc-Arrco codes."""
    wanted = CONTRIBUTIONS | REDUCTIONS | {LEGACY, APPRENTICE, "142", "146"}
    sums: dict[str, Cents] = defaultdict(int)
    for declaration in declarations:
        for code, cents in declaration.contributions().items():
            if code in wanted:
                sums[code] += cents
    return sums


def nearest_expected(declarations: Iterable[Declaration], paid: Cents) -> Cents:
    """What the details add up to; 109 counts only where 131 is gross of it.

    105 counts where there is neither 131 nor 132, and where it is taken back.
    """
    return min(choices(declarations), key=lambda each: (abs(paid - each), each))


def choices(declarations: Iterable[Declaration]) -> tuple[Cents, Cents]:
    """What they add up to without 109, and with it."""
    sums = detailed(declarations)
    total = sum(sums[code] for code in CONTRIBUTIONS | REDUCTIONS)
    if sums[LEGACY] < 0 or not any(sums[code] for code in CONTRIBUTIONS):
        total += sums[LEGACY]
    return max(total, 0), max(total + sums[APPRENTICE], 0)
