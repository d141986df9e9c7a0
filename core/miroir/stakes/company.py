"""What is at stake for one company, from its analysis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from miroir.errors import BeyondHorizon
from miroir.parameters.rights import payment_terms, surcharge_method
from miroir.stakes.attribution import (
    COUNTED,
    LineKey,
    by_line,
    cause_stakes,
    key_of,
    together,
)
from miroir.stakes.instalments import balances_of, growth_of, instalments_of
from miroir.stakes.model import (
    EmployeePoints,
    LinePoints,
    NotPriced,
    Stakes,
    Standing,
    Subject,
)
from miroir.stakes.not_priced import not_computed, payments_unread, undeclared
from miroir.stakes.points import line_points
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import (
    CompanyAnalysis,
    CompanyView,
    Diagnosis,
)
from miroir.types.identity import PersonNumber


def stakes_of(analysis: CompanyAnalysis, on: date) -> Stakes:
    """What is at stake on the day `on`; what has no figure is told apart."""
    view = analysis.view
    causes = by_line(analysis.diagnoses, view)
    standings = {key: together(causes.get(key, ())) for key in _keys(view)}
    counted = [line for line in view.gaps if standings[key_of(line)] in COUNTED]
    balances = balances_of(counted, standings, view)
    instalments, unpaid = instalments_of(balances, on)
    employees, unknown = _points(counted, causes, view.tolerance)
    growth = growth_of(instalments, on)
    return Stakes(
        siren=view.siren,
        on=on,
        causes=cause_stakes(analysis.diagnoses, view),
        instalments=instalments,
        employees=employees,
        not_priced=(
            *unpaid,
            *unknown,
            *undeclared(analysis.diagnoses),
            *payments_unread(view),
            *not_computed(view),
        ),
        ours=sum(
            line.gap.total
            for line in view.gaps
            if standings[key_of(line)] is Standing.OURS
        ),
        next_day=growth[0] if growth else None,
        next_surcharge=growth[1] if growth else None,
        sources=_sources(on),
    )


def _keys(view: CompanyView) -> Iterator[LineKey]:
    return (key_of(line) for line in view.gaps)


def _points(
    lines: Sequence[MirrorLine],
    causes: Mapping[LineKey, Sequence[Diagnosis]],
    tolerance: Cents,
) -> tuple[tuple[EmployeePoints, ...], list[NotPriced]]:
    """Points by employee, those who lack most first; lines without a figure."""
    found: dict[PersonNumber, list[LinePoints]] = defaultdict(list)
    unknown: list[MirrorLine] = []
    for line in lines:
        ids = [each.cause.id for each in causes.get(key_of(line), ())]
        points = line_points(line, ids, tolerance)
        if points is None:
            unknown.append(line)
        elif points.points:
            found[line.person].append(points)
    employees = [
        EmployeePoints(person=person, lines=tuple(own)) for person, own in found.items()
    ]
    employees.sort(key=lambda one: (one.points, one.person))
    return tuple(employees), list(_without_rule(unknown))


def _without_rule(lines: Sequence[MirrorLine]) -> Iterator[NotPriced]:
    if lines:
        yield NotPriced(
            what=Subject.POINTS,
            why="la cause de l’écart ne dit pas quelle part ouvre des points",
            months=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
        )


def _sources(on: date) -> tuple[str, ...]:
    """What the whole computation rests on, apart from dated values."""
    try:
        return surcharge_method(on).source, payment_terms(on).source
    except BeyondHorizon:
        return ()
