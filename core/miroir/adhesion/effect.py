"""What a changed contract makes of the contributions of past months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from miroir.adhesion.model import Effect, MonthEffect
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import TOLERANCE
from miroir.types.period import Month

Key = tuple[str, str, str, Month]


def effect(
    before: Sequence[MirrorLine],
    after: Sequence[MirrorLine],
    tolerance: Cents = TOLERANCE,
) -> Effect:
    """Two mirrors of the same declarations, set side by side, month by month.

    A month where nothing changes is left out. Amounts are 131 + 132 + 106.
    """
    later = {_key(line): line for line in after}
    pairs: dict[Month, list[tuple[MirrorLine, MirrorLine]]] = defaultdict(list)
    changed: set[Month] = set()
    for line in before:
        other = later[_key(line)]
        if not (line.computed and other.computed):
            continue
        pairs[line.period].append((line, other))
        if line.calculation.due != other.calculation.due:
            changed.add(line.period)
    return Effect(
        months=tuple(
            _month(month, pairs[month], tolerance) for month in sorted(changed)
        )
    )


def _month(
    month: Month, pairs: Sequence[tuple[MirrorLine, MirrorLine]], tolerance: Cents
) -> MonthEffect:
    gaps = [
        (abs(old.gap.total) > tolerance, abs(new.gap.total) > tolerance)
        for old, new in pairs
    ]
    return MonthEffect(
        month=month,
        due_before=sum(old.calculation.due.total for old, _ in pairs),
        due_after=sum(new.calculation.due.total for _, new in pairs),
        gap_before=sum(old.gap.total for old, _ in pairs),
        gap_after=sum(new.gap.total for _, new in pairs),
        lines=sum(old.calculation.due != new.calculation.due for old, new in pairs),
        closed=sum(had and not has for had, has in gaps),
        opened=sum(has and not had for had, has in gaps),
    )


def _key(line: MirrorLine) -> Key:
    return (line.siret, line.person.reveal(), line.contract, line.period)
