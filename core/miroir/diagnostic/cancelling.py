"""Gaps of several months of one employee that cancel: a wrong attachment.

The amount was declared, under another month than its own. Which month is the
right one is not in the file: it stays a hypothesis. Any amount may be given by
some errors on one line; an employee whose months cancel is believed before
errors that nobody else shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from miroir.diagnostic.explaining import Names, effect
from miroir.diagnostic.extent import in_french
from miroir.diagnostic.imagined import Case
from miroir.diagnostic.reductions import REDUCTION_CAUSES
from miroir.diagnostic.settling import Settled
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.identity import PersonNumber

PAIR, ONE_MONTH = "REGULARISATION_MAL_RATTACHEE", "CORRECTIONS_SUR_UN_SEUL_MOIS"
CANCELLING = frozenset({PAIR, ONE_MONTH})
CODE = "131"


def settle_cancelling(
    settled: Settled, cases: Sequence[Case], tolerance: Cents
) -> None:
    """Explain by their attachment the months that cancel once the errors that
    others show too are taken off."""
    shared = _shared(settled, cases)
    for ranks in _by_contract(settled, cases):
        if _well_explained(settled, ranks, shared):
            continue
        for errors in _choices(shared):
            rests = {rank: _rest(cases[rank], errors) for rank in ranks}
            cause = _cause(list(rests.values()), tolerance)
            if cause:
                _explain(settled, rests, errors, cause, tolerance)
                break


def _shared(settled: Settled, cases: Sequence[Case]) -> Names:
    """Errors that two employees show at least."""
    persons: dict[str, set[PersonNumber]] = defaultdict(set)
    for (rank, _), names in settled.explained.items():
        for name in names - REDUCTION_CAUSES:
            persons[name].add(cases[rank].line.person)
    return frozenset(name for name, several in persons.items() if len(several) > 1)


def _by_contract(settled: Settled, cases: Sequence[Case]) -> Iterable[list[int]]:
    """The lines with a wrong 131, by contract."""
    months: dict[object, list[int]] = defaultdict(list)
    for rank, code in sorted({*settled.explained, *settled.left}):
        line = cases[rank].line
        if code == CODE:
            months[line.siret, line.person, line.contract].append(rank)
    return months.values()


def _well_explained(settled: Settled, ranks: Sequence[int], shared: Names) -> bool:
    """By what others show too, or by one error alone all along."""
    found = [settled.explained.get((rank, CODE)) for rank in ranks]
    names = frozenset[str]().union(*(each for each in found if each))
    return all(found) and (names <= shared or len(names) == 1)


def _choices(shared: Names) -> Iterator[tuple[str, ...]]:
    yield ()
    yield from ((name,) for name in sorted(shared))
    yield from combinations(sorted(shared), 2)


def _rest(case: Case, errors: Iterable[str]) -> Cents:
    return case.once[0] - case.due[0] - sum(effect(case, e, CODE) for e in errors)


def _cause(rests: Sequence[Cents], tolerance: Cents) -> str:
    """Two opposite months, or one against several others."""
    gaps = [rest for rest in rests if abs(rest) > tolerance]
    if len(gaps) < 2 or abs(sum(rests)) > tolerance * len(rests):
        return ""
    if len(gaps) == 2:
        return PAIR
    alone = min(sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps))
    return ONE_MONTH if alone == 1 else ""


def _explain(
    settled: Settled,
    rests: dict[int, Cents],
    errors: Iterable[str],
    cause: str,
    tolerance: Cents,
) -> None:
    for rank, rest in rests.items():
        names = {*errors, cause} if abs(rest) > tolerance else {*errors}
        if names:
            settled.explained[rank, CODE] = frozenset(names)
            settled.left.discard((rank, CODE))


def said(lines: Sequence[MirrorLine]) -> str:
    months = sorted({line.period for line in lines})
    *first, last = map(in_french, months)
    return f"les écarts s’annulent entre {', '.join(first)} et {last}"
