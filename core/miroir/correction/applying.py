"""A plan really applied: its files are read, judged and computed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from miroir.correction.draft import LineKey, key_of
from miroir.correction.plan import Left, PlannedDeclaration, Residual
from miroir.declaration.reader import read_dsn
from miroir.declaration.reading import MONTHLY
from miroir.declaration.validity import judge_versions
from miroir.errors import MiroirError
from miroir.gap.payments import payment_gaps
from miroir.recomputation.company import mirror
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Declaration, VersionStatus
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

UNKNOWN = "aucune cause établie"


class UnreadablePlan(MiroirError):
    """A file of the correction plan is refused by the reader."""


@dataclass(frozen=True, slots=True)
class Applied:
    """The company once the files of a plan have been received."""

    current: Sequence[Declaration]
    mirror: Sequence[MirrorLine]

    def by_key(self) -> Mapping[LineKey, MirrorLine]:
        return {key_of(line): line for line in self.mirror}


def apply(
    company: CompanyView,
    planned: Sequence[PlannedDeclaration],
    conditions: Sequence[AdhesionCondition],
) -> Applied:
    """Receive the files of a plan after those of the company.

    Raises UnreadablePlan when one of them is not read whole.
    """
    received = [
        version.declaration
        for version in company.versions
        if version.status is not VersionStatus.REJECTED
    ]
    for rank, one in enumerate(planned, start=1):
        received.extend(_read(one, rank))
    current = [
        version.declaration
        for version in judge_versions(received)
        if version.status is VersionStatus.CURRENT
    ]
    return Applied(current, _mirror(company, planned, current, conditions))


def _mirror(
    company: CompanyView,
    planned: Sequence[PlannedDeclaration],
    current: Sequence[Declaration],
    conditions: Sequence[AdhesionCondition],
) -> Sequence[MirrorLine]:
    """Computed again for the persons of the plan, and for everybody when the
    conditions change; the lines of the others are what they were."""
    if tuple(conditions) != company.conditions:
        return mirror(current, conditions)
    corrections = (each for one in planned for each in one.corrections)
    persons = {each.person for each in corrections if each.person is not None}
    if not persons:
        return company.mirror
    about = [replace(one, employees=one.naming(persons)) for one in current]
    others = [line for line in company.mirror if line.person not in persons]
    return [*mirror(about, conditions), *others]


def _read(planned: PlannedDeclaration, rank: int) -> Iterable[Declaration]:
    name = f"plan-{planned.siret}-{planned.deposit.month}-{rank}.dsn"
    reading = read_dsn(ReceivedFile.of(name, planned.content))
    if reading.refusals:
        refusal = reading.refusals[0]
        raise UnreadablePlan(f"{name}:{refusal.line}: {refusal.code}")
    return reading.declarations


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to say of the lines that a plan leaves as they are."""

    corrected: frozenset[LineKey]
    not_asked: Mapping[LineKey, str]

    def why_left(self, key: LineKey) -> str:
        unknown = "" if key in self.corrected else UNKNOWN
        return self.not_asked.get(key) or unknown


def residual(
    company: CompanyView,
    applied: Applied,
    conditions: Sequence[AdhesionCondition],
    outcome: Outcome,
) -> Residual:
    """The gaps of the months already declared, once the plan is applied."""
    lines = applied.by_key()
    # A line that nothing is known of any more is not closed: it is told.
    pairs = {
        key_of(line): (line.gap.total, lines.get(key_of(line), line).gap.total)
        for line in company.mirror
    }
    beyond = {
        key: (before, after)
        for key, (before, after) in pairs.items()
        if abs(after) > company.tolerance
    }
    told = {
        key: _left(key, *gaps, outcome.why_left(key)) for key, gaps in beyond.items()
    }
    new = {key for key, gaps in beyond.items() if abs(gaps[0]) <= company.tolerance}
    payments = _payments(applied, conditions)
    return Residual(
        corrected=len(outcome.corrected),
        worst=max((abs(pairs[key][1]) for key in outcome.corrected), default=0),
        before=sum(abs(line.gap.total) for line in company.gaps),
        after=sum(abs(after) for _, after in beyond.values()),
        left=tuple(one for key, one in told.items() if key not in new),
        appeared=tuple(one for key, one in told.items() if key in new),
        payments=tuple(one for one in payments if abs(one[2]) > company.tolerance),
    )


def _left(key: LineKey, before: Cents, after: Cents, why: str) -> Left:
    unit, period = key
    return Left(
        siret=unit.siret,
        person=unit.person,
        contract=unit.contract,
        period=period,
        before=before,
        after=after,
        why=why,
    )


def _payments(
    applied: Applied, conditions: Sequence[AdhesionCondition]
) -> list[tuple[str, Month, Cents]]:
    """Payments whose difference nothing makes legitimate.

    What a later month lacks was paid by the earlier ones that paid too much.
    """
    monthly = [one for one in applied.current if one.nature == MONTHLY]
    left: list[tuple[str, Month, Cents]] = []
    for gap in payment_gaps(monthly, conditions):
        if gap.amount and not gap.accepted:
            left.append((gap.siret, gap.period, gap.amount))
    return _settled(left)


def _settled(
    gaps: Sequence[tuple[str, Month, Cents]],
) -> list[tuple[str, Month, Cents]]:
    settled: list[tuple[str, Month, Cents]] = []
    for siret, period, amount in gaps:
        for rank, (other, earlier, over) in enumerate(settled):
            if amount < 0 < over and other == siret:
                taken = min(over, -amount)
                settled[rank] = (other, earlier, over - taken)
                amount += taken
        settled.append((siret, period, amount))
    return settled
