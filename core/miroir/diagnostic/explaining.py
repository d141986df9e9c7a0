"""Which errors explain one gap line: one of them, or two at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from miroir.diagnostic.errors import (
    BY_CAUSE,
    HIGHEST_RATE,
    ORDER,
    RATE_ABOVE,
    RATE_BELOW,
    with_rate,
)
from miroir.diagnostic.imagined import CLOSE, Case, Imagined, Pair
from miroir.diagnostic.reductions import REDUCTION_CAUSES, reduction_cause
from miroir.diagnostic.wrong_years import CEILING_CAUSES
from miroir.types.amounts import Cents
from miroir.types.calculation import Basis

Names = frozenset[str]
"""Errors at once. A rate is part of its name: «TAUX_SUPERIEUR_A_ADHESION 8.0»."""

CODES = ("131", "132")
REDUCTION, BASE_02 = "106", "02"
_TENTH = Decimal("0.1")


def wrong_codes(case: Case) -> Iterator[str]:
    """The codes whose amount, declared once, is not the one due.

    Without base 03 the amounts that it bore are not there: base 02 alone tells.
    """
    if case.ways:
        yield BASE_02
    if not case.uncapped:
        return
    for code, declared, due in zip(CODES, case.once, case.due, strict=True):
        if abs(declared - due) > CLOSE:
            yield code
    if abs(case.line.gap.c106) > CLOSE and not case.twice:
        yield REDUCTION


def explanations(case: Case) -> Mapping[str, frozenset[Names]]:
    """For each wrong code, the smallest sets of errors that give its amount."""
    found: dict[str, list[Names]] = {code: [] for code in wrong_codes(case)}
    if REDUCTION in found:
        cause = reduction_cause(case.line)
        found[REDUCTION] = [frozenset({cause})] if cause else []
    if BASE_02 in found:
        found[BASE_02] = _of_base_02(case)
    alone = _alone(case)
    _record(
        found, case, ((n, made) for n, several in alone.items() for made in several)
    )
    _record(found, case, _rates(case, frozenset()))
    _record(found, case, _of_both_ceilings(case))
    if any(code in CODES and not several for code, several in found.items()):
        # Two at once are tried where none explains alone: they cost the most.
        _record(found, case, _together(case, alone))
    return {code: frozenset(several) for code, several in found.items()}


def _record(
    found: Mapping[str, list[Names]], case: Case, made: Iterable[tuple[Names, Pair]]
) -> None:
    """Keep the errors that give a declared amount, unless fewer of them do."""
    for names, amounts in made:
        for rank, code in enumerate(CODES):
            if code not in found or abs(case.once[rank] - amounts[rank]) > CLOSE:
                continue
            if not any(smaller <= names for smaller in found[code]):
                found[code].append(names)


def _of_base_02(case: Case) -> list[Names]:
    """The errors of ceiling that give the declared base 02, and its loss."""
    found = [n for n in case.ways if not any(m < n for m in case.ways)]
    line = case.line
    if line.declared_t1 == line.declared_gross and case.tranches.t2:
        found.append(frozenset({"T2_PERDUE"}))
    return found


def amounts_under(case: Case, names: Names) -> Iterator[Pair]:
    """What the errors together would have declared, in each way of making them."""
    ceilings = names & frozenset(CEILING_CAUSES)
    others = sorted(names - ceilings, key=_rank)
    for start in _starts(case, ceilings):
        for month in _changed(case, start, others):
            yield case.amounts(month)


def _starts(case: Case, ceilings: Names) -> Iterable[Imagined]:
    return case.ways.get(ceilings, ()) if ceilings else case.rights


def fits(case: Case, names: Names, code: str) -> bool:
    """Whether errors give the declared amount of a code."""
    if code == REDUCTION:
        return names == {reduction_cause(case.line)}
    if names & REDUCTION_CAUSES:
        return False
    if code == BASE_02:
        return names in _of_base_02(case)
    rank = CODES.index(code)
    return any(
        abs(case.once[rank] - made[rank]) <= CLOSE
        for made in amounts_under(case, names)
    )


def effect(case: Case, name: str, code: str) -> Cents:
    """What one error alone changes on a code, in cents; 0 when it cannot."""
    rank = CODES.index(code)
    base = case.amounts(case.right)[rank]
    made = [each[rank] - base for each in amounts_under(case, frozenset({name}))]
    return max(made, key=abs, default=0)


def cause_of(name: str) -> str:
    return name.split(" ")[0]


def _rank(name: str) -> int:
    return ORDER.get(cause_of(name), -1)


def _changed(case: Case, month: Imagined, names: Iterable[str]) -> Iterator[Imagined]:
    first, *rest = [*names, ""]
    if not first:
        yield month
        return
    for changed in _one(case, month, first):
        yield from _changed(case, changed, [each for each in rest if each])


def _one(case: Case, month: Imagined, name: str) -> Iterator[Imagined]:
    cause, _, rate = name.partition(" ")
    if rate:
        yield with_rate(month, Decimal(rate))
    else:
        yield from BY_CAUSE[cause].change(case, month)


def _alone(case: Case) -> Mapping[Names, list[Pair]]:
    """Each error that changes something, with the amounts that it would give."""
    due = case.amounts(case.right)
    found: dict[Names, list[Pair]] = {}
    for names in _single(case):
        made = [each for each in amounts_under(case, names) if _far(each, due)]
        if made:
            found[names] = made
    return found


def _together(
    case: Case, alone: Mapping[Names, list[Pair]]
) -> Iterator[tuple[Names, Pair]]:
    """Two errors at once: what they give is far from what either gives alone."""
    for names in alone:
        yield from _rates(case, names)
    yield from _couples(case, alone)


def _single(case: Case) -> Iterator[Names]:
    yield from sorted(
        (ways for ways in case.ways if len(ways) == 1), key=lambda ways: min(ways)
    )
    yield from (frozenset({cause}) for cause in BY_CAUSE)


def _of_both_ceilings(case: Case) -> Iterator[tuple[Names, Pair]]:
    """Two errors of ceiling that base 02 allows, whatever explains alone."""
    for ways in case.ways:
        if len(ways) == 2:
            yield from ((ways, made) for made in amounts_under(case, ways))


def _couples(
    case: Case, alone: Mapping[Names, list[Pair]]
) -> Iterator[tuple[Names, Pair]]:
    lost = frozenset({"T2_PERDUE"})
    base_02_right = _base_02_right(case)
    names = [*alone, *(frozenset({c}) for c in BY_CAUSE if frozenset({c}) not in alone)]
    for first, second in combinations(names, 2):
        couple = first | second
        ceilings = couple & frozenset(CEILING_CAUSES)
        if len(ceilings) == 2 or not (first in alone or second in alone):
            continue
        if not ceilings and not base_02_right and not lost <= couple:
            continue
        for made in amounts_under(case, couple):
            near = [m for single in (first, second) for m in alone.get(single, ())]
            if all(_far(made, other) for other in near):
                yield couple, made


def _base_02_right(case: Case) -> bool:
    """Right, or taken as it is where earlier months are missing."""
    right = abs(case.line.declared_t1 - case.tranches.t1) <= 1
    return right or case.line.calculation.basis is Basis.DECLARED_BASES


def _rates(case: Case, names: Names) -> Iterator[tuple[Names, Pair]]:
    """The rate of tranche 1, to the tenth of a percent, that the amount left
    would come from, other errors being made or not."""
    if names & {"TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"}:
        return
    ceilings = names & frozenset(CEILING_CAUSES)
    own = case.right.rate_t1
    for start in _starts(case, ceilings):
        for month in _changed(case, start, sorted(names - ceilings, key=_rank)):
            rate = _implied(case, month)
            if rate is None or rate == own:
                continue
            cause = RATE_ABOVE if rate > own else RATE_BELOW
            made = case.amounts(with_rate(month, rate))
            if _far(made, case.amounts(month)):
                yield names | {f"{cause} {rate}"}, made


def _implied(case: Case, month: Imagined) -> Decimal | None:
    """Amounts are in proportion to the rate: two of them give the line."""
    if month.tranches.t1 <= 0 or not month.unified:
        return None
    low, high = month.rate_t1, month.rate_t1 + 1
    base = case.amounts(month)[0]
    slope = case.amounts(with_rate(month, high))[0] - base
    if slope <= 0:
        return None
    rate = low + Decimal(case.once[0] - base) / slope
    rate = rate.quantize(_TENTH)
    standard = case.scheme.standard_t1
    return rate if standard < rate <= HIGHEST_RATE else None


def _far(one: Pair, other: Pair) -> bool:
    return any(abs(a - b) > CLOSE for a, b in zip(one, other, strict=True))
