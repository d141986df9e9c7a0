"""Which causes account for a gap, and whether it is for the company to answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from miroir.stakes.model import CauseStake, Standing
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Diagnosis, Responsible, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

LineKey = tuple[PersonNumber, str, Month]

COUNTED = (Standing.CLAIMED, Standing.OPEN)
"""What is counted as owed or overpaid."""
_COMPANY = (Responsible.CLIENT, Responsible.EDITOR)


def key_of(line: MirrorLine) -> LineKey:
    return line.person, line.contract, line.period


def standing_of(diagnosis: Diagnosis) -> Standing:
    """What is not established is open, whoever would have to act."""
    status = diagnosis.finding.status
    if diagnosis.cause.legitimate or status is Status.LEGITIMATE:
        return Standing.SETTLED
    if status is not Status.ESTABLISHED:
        return Standing.OPEN
    if diagnosis.cause.responsible in _COMPANY:
        return Standing.CLAIMED
    return Standing.OURS


def together(diagnoses: Iterable[Diagnosis]) -> Standing:
    """The standing of a gap that these causes share; open when they differ."""
    found = {standing_of(each) for each in diagnoses}
    return found.pop() if len(found) == 1 else Standing.OPEN


def held_lines(
    diagnoses: Sequence[Diagnosis], view: CompanyView
) -> list[frozenset[LineKey]]:
    """The lines with a gap that each cause accounts for."""
    gaps: dict[PersonNumber, list[LineKey]] = defaultdict(list)
    for line in view.gaps:
        gaps[line.person].append(key_of(line))
    return [
        frozenset(
            key
            for person in each.finding.persons
            for key in gaps[person]
            if each.finding.amount and key[2] in each.finding.periods
        )
        for each in diagnoses
    ]


def by_line(
    diagnoses: Sequence[Diagnosis], view: CompanyView
) -> Mapping[LineKey, Sequence[Diagnosis]]:
    """The causes of each line with a gap; none for one that nothing explains."""
    found: dict[LineKey, list[Diagnosis]] = defaultdict(list)
    for each, keys in zip(diagnoses, held_lines(diagnoses, view), strict=True):
        for key in keys:
            found[key].append(each)
    return found


def worths(diagnoses: Sequence[Diagnosis], view: CompanyView) -> list[Cents]:
    """What each cause accounts for.

    A cause alone on its lines accounts for their whole gaps, roundings of its
    own computation left out: the parts of a document add up to its total.
    """
    gaps: dict[LineKey, Cents] = defaultdict(int)
    for line in view.gaps:
        gaps[key_of(line)] += line.gap.total
    held = held_lines(diagnoses, view)
    shared = Counter(key for keys in held for key in keys)
    return [
        sum(gaps[key] for key in keys)
        if keys and all(shared[key] == 1 for key in keys)
        else each.finding.amount
        for each, keys in zip(diagnoses, held, strict=True)
    ]


def cause_stakes(
    diagnoses: Sequence[Diagnosis], view: CompanyView
) -> tuple[CauseStake, ...]:
    """The causes that show in amounts, the heaviest rank first."""
    ordered = sorted(diagnoses, key=lambda one: one.rank)
    return tuple(
        CauseStake(
            cause=each.cause,
            status=each.finding.status,
            standing=standing_of(each),
            amount=amount,
            months=tuple(sorted(set(each.finding.periods))),
            persons=tuple(sorted(set(each.finding.persons))),
        )
        for each, amount in zip(ordered, worths(ordered, view), strict=True)
        if amount and standing_of(each) is not Standing.SETTLED
    )
