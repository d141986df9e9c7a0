"""What an analysis asks to declare, told with it: the plan, not what it leaves.

What is due to most employees does not depend on what is declared: every month
since January is at hand and their blocks are right. Their corrections are then
the differences that the analysis found. The others are corrected and computed
again on their own, as `planning` does for the whole company.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from miroir.correction.adhesion import proposed
from miroir.correction.draft import Draft, key_of
from miroir.correction.due_dates import Calendar
from miroir.correction.making import Making
from miroir.correction.places import Places
from miroir.correction.plan import Action, PlannedDeclaration
from miroir.correction.precision import dated, paid_already
from miroir.correction.routing import action_of
from miroir.correction.structure import STRUCTURAL
from miroir.correction.targets import Targets
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.diagnosis import CompanyAnalysis, CompanyView
from miroir.types.identity import PersonNumber

MOST = 150
"""Employees who are computed again; the amounts of more are told to be open."""
_UNSTEADY = frozenset({*STRUCTURAL, "REDUCTION_106_MAUVAISE_PART"})
"""Causes whose correction changes what is due: the blocks, and the share that
106 has of a reduction, which is known from 018 and 106 together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The plan of a company on the day `on`, without what it would leave.

    `unchecked`: employees whose amounts may still move, for they depend on what
    is corrected beside and were not computed again.
    """

    on: date
    calendars: Mapping[str, Calendar]
    actions: Sequence[Action]
    declarations: Sequence[PlannedDeclaration]
    unchecked: frozenset[PersonNumber] = frozenset()


def outline_of(analysis: CompanyAnalysis, on: date, most: int = MOST) -> Outline:
    """The corrections of `planning.plan_of`, of which `most` employees at most
    are computed again. Raises UnreadablePlan as it does."""
    view = analysis.view
    actions = tuple(action_of(one) for one in analysis.diagnoses)
    conditions = proposed(view, actions)
    places = Places(view, on)
    making = Making(view, actions, conditions or view.conditions, places)
    targets = making.targets()
    moving = _moving(view, targets, everybody=bool(conditions))
    alone = moving if len(moving) <= most else frozenset[PersonNumber]()
    making.restructure(targets, but=alone)
    making.complete_payments()
    making.amend(targets, (one for one in view.mirror if one.person not in alone))
    if alone:
        _add_alone(making, alone)
    planned = making.declared()
    return Outline(
        on=on,
        calendars=places.calendars,
        actions=tuple(
            dated(paid_already(one, view, planned), view, places) for one in actions
        ),
        declarations=planned,
        unchecked=moving - alone,
    )


def _moving(
    view: CompanyView, targets: Targets, *, everybody: bool
) -> frozenset[PersonNumber]:
    """The employees to correct whose due depends on what is declared."""
    return frozenset(
        line.person
        for line in view.mirror
        if (target := targets.wanted.get(key_of(line))) is not None
        and (everybody or target.causes & _UNSTEADY or not _steady(line))
    )


def _steady(line: MirrorLine) -> bool:
    """Whether declaring what is due leaves it due.

    What is computed from declared bases follows them; so does a reduction
    where the columns do not tell the line.
    """
    known = line.calculation.basis is Basis.CUMULATED
    return known and (line.plain or not line.gap.c106)


def _add_alone(making: Making, persons: Collection[PersonNumber]) -> None:
    """The drafts of some employees, made as if they were the company."""
    view = making.view
    own = replace(
        view,
        versions=tuple(
            replace(
                version,
                declaration=replace(
                    version.declaration,
                    employees=version.declaration.naming(persons),
                ),
            )
            for version in view.versions
        ),
        mirror=tuple(line for line in view.mirror if line.person in persons),
        payments=(),
    )
    part = Making(own, making.actions, making.conditions, making.places)
    part.settled()
    _join(making.later, part.later)
    _join(making.again, part.again)


def _join(whole: Draft, part: Draft) -> None:
    """Add the lines of other employees."""
    whole.entries.update(part.entries)
    whole.days.update(part.days)
    whole.statuses.update(part.statuses)
    whole.schemes.update(part.schemes)
    whole.causes.update(part.causes)
