"""Which few errors explain the gap lines of a whole company.

One line seldom decides: «CEG forgotten» and «call rate forgotten» may be a cent
apart on one employee, never on several. Some lines are examined in full, with
every error and every two at once; the set of errors that explains most of them
is taken, the smallest first, then the one that fewest other employees refute.
Every line is then held against that set alone. What is left starts again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from miroir.diagnostic.explaining import (
    CODES,
    Names,
    cause_of,
    explanations,
    fits,
    wrong_codes,
)
from miroir.diagnostic.imagined import Case
from miroir.diagnostic.refuting import (
    T2_LOST,
    Piece,
    Quiet,
    Refuting,
    half_right,
    refuting,
    stray,
)
from miroir.diagnostic.wrong_years import CEILING_CAUSES

SAMPLE = 90
"""Lines examined in full at a time: every kind of line, then the largest gaps."""
ROUNDS = 6


@dataclass(slots=True)
class Settled:
    """`explained`: the errors of each piece, several when they are made at
    once. `rivals`: for an error, others that would explain its pieces too."""

    explained: dict[Piece, Names] = field(default_factory=dict)
    left: set[Piece] = field(default_factory=set)
    rivals: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def settle(cases: Sequence[Case], witnesses: Sequence[Case]) -> Settled:
    """The errors behind the gap lines; `witnesses` are lines without a gap."""
    settled = Settled()
    quiet = [*((case, CODES) for case in witnesses), *half_right(cases)]
    pieces = {
        (rank, code) for rank, case in enumerate(cases) for code in wrong_codes(case)
    }
    settled.left = pieces
    taken: Names = frozenset()
    unexplained: set[Piece] = set()
    for _ in range(ROUNDS):
        open_ = settled.left - unexplained
        sample = _sample(cases, {rank for rank, _ in open_})
        if not sample:
            break
        found = {
            (rank, code): several
            for rank in sample
            for code, several in explanations(cases[rank]).items()
            if (rank, code) in open_
        }
        chosen = _best(found, taken, Refuting(cases, sample, found, quiet))
        unexplained |= {piece for piece, several in found.items() if not several}
        if not chosen:
            unexplained |= set(found)
            continue
        _note_rivals(settled, found, chosen, taken, quiet)
        taken |= chosen
        _hold(settled, cases, taken)
    return settled


def _hold(settled: Settled, cases: Sequence[Case], taken: Names) -> None:
    """Explain every open piece with some of the errors taken, as few as can be."""
    for piece in sorted(settled.left):
        rank, code = piece
        names = _smallest(cases[rank], code, taken)
        if names:
            settled.explained[piece] = names
    settled.left = settled.left - settled.explained.keys()


def _smallest(case: Case, code: str, taken: Names) -> Names:
    for size in (1, 2):
        for names in combinations(sorted(taken), size):
            if fits(case, frozenset(names), code):
                return frozenset(names)
    return frozenset()


def _sample(cases: Sequence[Case], ranks: set[int]) -> list[int]:
    """Lines of every kind, the largest gaps first, without anything random."""
    ordered = sorted(ranks, key=lambda r: (-abs(cases[r].line.gap.total), r))
    by_kind: dict[object, list[int]] = defaultdict(list)
    for rank in ordered:
        by_kind[_kind(cases[rank])].append(rank)
    found: list[int] = []
    while len(found) < SAMPLE and any(by_kind.values()):
        for several in by_kind.values():
            if several and len(found) < SAMPLE:
                found.append(several.pop(0))
    return found


def _kind(case: Case) -> object:
    """What makes lines show different errors."""
    own = case.tranches
    return (
        case.cadre,
        (own.t2 > 0) - (own.t2 < 0),
        (own.cet > 0) - (own.cet < 0),
        bool(case.right.exempt),
        tuple(wrong_codes(case)),
        case.line.declared_t1 == own.t1,
        case.line.person,
    )


def _best(
    found: Mapping[Piece, frozenset[Names]], taken: Names, refuting: Refuting
) -> Names:
    """The errors to add: what covers most pieces with the errors taken."""
    weight: dict[Names, int] = defaultdict(int)
    candidates = {
        names
        for names in _candidates(found, taken)
        if not any(stray(name, found, refuting) for name in names)
    }
    for names in candidates:
        have = names | taken
        weight[names] = sum(
            1 for several in found.values() if any(each <= have for each in several)
        )
    most = max(weight.values(), default=0)
    if not most:
        return frozenset()
    full = [names for names in candidates if weight[names] == most]
    fewest = min(len(names) for names in full)
    return min(
        (names for names in full if len(names) == fewest),
        key=lambda names: (sum(map(refuting.count, names)), sorted(names, key=_order)),
    )


def _candidates(
    found: Mapping[Piece, frozenset[Names]], taken: Names
) -> Iterator[Names]:
    """One error or two; three at once only through the rounds."""
    sets = {names - taken for several in found.values() for names in several}
    singles = {name for names in sets for name in names}
    yield from (names for names in sets if names)
    yield from (frozenset({name}) for name in singles)
    for couple in combinations(sorted(singles), 2):
        yield frozenset(couple)


def _order(name: str) -> tuple[bool, str]:
    return (cause_of(name) == T2_LOST, name)


def _vaguer(name: str) -> Names:
    """A wrong ceiling makes base 02 equal base 03: it says why, the other what."""
    return frozenset({T2_LOST}) if name in CEILING_CAUSES else frozenset()


def _note_rivals(
    settled: Settled,
    found: Mapping[Piece, frozenset[Names]],
    chosen: Names,
    taken: Names,
    quiet: Sequence[Quiet],
) -> None:
    """Errors that explain all that a chosen one does, the rest being equal."""
    for name in chosen:
        without = (chosen | taken) - {name}
        own = [
            several
            for several in found.values()
            if any(name in names and names <= without | {name} for names in several)
            and not any(names <= without for names in several)
        ]
        if not own:
            continue
        others = {
            other
            for several in own
            for names in several
            for other in names - without
            if names <= without | {other}
        } - {name, *_vaguer(name)}
        for other in sorted(others):
            if all(
                any(names <= without | {other} for names in several) for several in own
            ) and refuting(other, quiet) <= refuting(name, quiet):
                settled.rivals[name].add(other)
