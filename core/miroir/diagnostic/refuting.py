"""What speaks against an error: lines where it would show, and does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from miroir.diagnostic.errors import BY_CAUSE
from miroir.diagnostic.explaining import CODES, Names, cause_of, effect, wrong_codes
from miroir.diagnostic.imagined import CLOSE, Case
from miroir.diagnostic.reductions import REDUCTION_CAUSES
from miroir.diagnostic.wrong_years import CEILING_CAUSES
from miroir.types.diagnosis import Scope

WITNESSES = 60
"""Lines without a gap that are asked whether an error would have shown."""
T2_LOST = "T2_PERDUE"

Quiet = tuple[Case, Sequence[str]]
"""A line, and its codes whose amount is right."""

Piece = tuple[int, str]
"""One code of one gap line: what errors explain, or not."""


@dataclass(slots=True)
class Refuting:
    """Counts the lines where an error would show and does not."""

    cases: Sequence[Case]
    sample: Sequence[int]
    found: Mapping[Piece, frozenset[Names]]
    quiet: Sequence[Quiet]
    known: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> int:
        if name not in self.known:
            self.known[name] = refuting(name, self.quiet) + sum(
                1
                for (rank, code), several in self.found.items()
                if code in CODES
                and not any(name in names for names in several)
                and abs(_effect(self.cases[rank], name, code)) > CLOSE
            )
        return self.known[name]


def half_right(cases: Sequence[Case]) -> Iterator[Quiet]:
    """Gap lines with one code right: they tell of it what other lines would."""
    step = max(1, -(-len(cases) // WITNESSES))
    for case in cases[::step]:
        right = tuple(set(CODES) - set(wrong_codes(case)))
        if right:
            yield case, right


def refuting(name: str, quiet: Iterable[Quiet]) -> int:
    """On how many lines without a gap, on a code at least, the error would make one
    if it were general."""
    error = BY_CAUSE.get(cause_of(name))
    if error is not None and error.scope is Scope.EMPLOYEES:
        return 0
    return sum(
        1
        for case, codes in quiet
        if any(abs(_effect(case, name, code)) > CLOSE for code in codes)
    )


def _effect(case: Case, name: str, code: str) -> int:
    if name == T2_LOST and case.tranches.t2 > 0 and _second_declared(case):
        return case.tranches.t2  # base 02 itself says that it was not lost
    return effect(case, name, code) if name not in REDUCTION_CAUSES else 0


def _second_declared(case: Case) -> bool:
    return case.line.declared_t1 != case.line.declared_gross


def stray(
    name: str, found: Mapping[Piece, frozenset[Names]], refuting: Refuting
) -> bool:
    """An error of a whole company on one line alone, where others would show it:
    any amount is given by some errors, and a payroll does not make these once."""
    error = BY_CAUSE.get(cause_of(name))
    if name in CEILING_CAUSES or (error and error.scope is not Scope.COMPANY):
        return False
    lines = {
        rank
        for (rank, _), several in found.items()
        if any(name in names for names in several)
    }
    return len(lines) == 1 and refuting.count(name) > 0
