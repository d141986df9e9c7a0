"""From the analysis of a company to its correction plan.

Blocks come first, since they change what is due; then amounts, taken from what
is due once the blocks are right; then the plan is applied to the company's
files and computed again, until nothing moves.
"""

from __future__ import annotations

from datetime import date

from miroir.correction.adhesion import proposed
from miroir.correction.applying import Outcome, residual
from miroir.correction.making import Making
from miroir.correction.places import Places
from miroir.correction.plan import Plan
from miroir.correction.precision import dated, paid_already
from miroir.correction.routing import action_of
from miroir.types.diagnosis import CompanyAnalysis


def plan_of(analysis: CompanyAnalysis, on: date) -> Plan:
    """What to correct, how, when, and what is left then.

    Raises UnreadablePlan when our own reader refuses a file of the plan.
    """
    view = analysis.view
    actions = tuple(action_of(one) for one in analysis.diagnoses)
    conditions = proposed(view, actions)
    places = Places(view, on)
    making = Making(view, actions, conditions or view.conditions, places)
    planned, applied, not_asked = making.settled()
    actions = tuple(
        dated(paid_already(one, view, planned), view, places) for one in actions
    )
    outcome = Outcome(frozenset(making.corrected - not_asked.keys()), not_asked)
    return Plan(
        siren=view.siren,
        on=on,
        calendars=places.calendars,
        actions=actions,
        declarations=tuple(planned),
        residual=residual(view, applied, making.conditions, outcome),
        conditions=conditions,
    )
