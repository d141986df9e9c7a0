"""From the analysis of a company to its correction plan.

Blocks come first, since they change what is due; then amounts, taken from what
is due once the blocks are right; then the plan is applied to the company's
files and computed again, until nothing moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from miroir.correction.adhesion import proposed
from miroir.correction.amounts import difference
from miroir.correction.applying import Applied, Outcome, apply, residual
from miroir.correction.draft import Draft, Due, Entry, LineKey, key_of
from miroir.correction.fragment import fragments
from miroir.correction.places import Places
from miroir.correction.plan import Action, Plan, PlannedDeclaration, Verdict
from miroir.correction.precision import dated, paid_already
from miroir.correction.replacing import replacements
from miroir.correction.routing import PAYMENT_SHORT, action_of
from miroir.correction.structure import restructure
from miroir.correction.targets import Targets
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import CompanyAnalysis, CompanyView

ROUNDS = 8
"""Closing one gap may move another: a share of what 018 and 106 are together
moves with 106, six times less each time."""


def plan_of(analysis: CompanyAnalysis, on: date) -> Plan:
    """What to correct, how, when, and what is left then.

    Raises UnreadablePlan when our own reader refuses a file of the plan.
    """
    view = analysis.view
    actions = tuple(action_of(one) for one in analysis.diagnoses)
    conditions = proposed(view, actions)
    places = Places(view, on)
    making = _Making(view, actions, conditions or view.conditions, places)
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


@dataclass(slots=True)
class _Making:
    """The two drafts of a plan: what later DSN say, what is declared again."""

    view: CompanyView
    actions: Sequence[Action]
    conditions: Sequence[AdhesionCondition]
    places: Places
    later: Draft = field(default_factory=Draft)
    again: Draft = field(default_factory=Draft)
    corrected: set[LineKey] = field(default_factory=set)

    def settled(
        self,
    ) -> tuple[Sequence[PlannedDeclaration], Applied, dict[LineKey, str]]:
        targets = Targets.of(self.view, self.actions, self.places.on)
        self._restructure(targets)
        self._complete_payments()
        planned = self._declared()
        applied = apply(self.view, planned, self.conditions)
        for _ in range(ROUNDS):
            if not self._amend(targets, applied):
                break
            planned = self._declared()
            applied = apply(self.view, planned, self.conditions)
        return planned, applied, targets.not_asked

    def _declared(self) -> list[PlannedDeclaration]:
        found = [
            *replacements(self.again, self.places),
            *fragments(self.later, self.places),
        ]
        return sorted(found, key=lambda one: (one.deposit.send_by, one.siret))

    def _draft(self, key: LineKey) -> Draft:
        """Declared again while the month can be, else corrected later."""
        return self.again if self.places.replaced(key) is not None else self.later

    def _restructure(self, targets: Targets) -> None:
        """What the blocks themselves have wrong."""
        for line in self.view.mirror:
            key = key_of(line)
            if (target := targets.wanted.get(key)) is not None:
                for cause in sorted(target.causes):
                    restructure(cause, line, self._draft(key))
        for draft in (self.later, self.again):
            for key in draft.lines():
                self._remember(draft, targets, key)

    def _amend(self, targets: Targets, applied: Applied) -> bool:
        """Add what is still missing; whether anything was."""
        moved = False
        for line in applied.mirror:
            key = key_of(line)
            target = targets.wanted.get(key)
            if target is None or abs(line.gap.total) <= self.view.tolerance:
                continue
            entry: Entry = difference(line, target.codes)
            if entry.amounts or entry.bases:
                draft = self._draft(key)
                draft.add(key, entry)
                self._remember(draft, targets, key)
                moved = True
        return moved

    def _remember(self, draft: Draft, targets: Targets, key: LineKey) -> None:
        target = targets.wanted.get(key)
        if target is not None:
            draft.causes.setdefault(key, set()).update(target.causes)
            self.corrected.add(key)

    def _complete_payments(self) -> None:
        """What an earlier month's payment lacks, under its own dates."""
        months = {
            period
            for action in self.actions
            if action.cause.id == PAYMENT_SHORT and action.verdict is Verdict.CORRECT
            for period in action.periods
        }
        for gap in self.view.payments:
            short = gap.expected - gap.declared
            if gap.period in months and not gap.accepted and short > 0:
                calendar = self.places.calendar(gap.siret)
                last = self.places.declaration(gap.siret).period == gap.period
                again = last and calendar.can_replace(gap.period, self.places.on)
                draft = self.again if again else self.later
                draft.payments.append(
                    Due(
                        siret=gap.siret,
                        period=gap.period,
                        institution=gap.adhesion_institution or gap.institution,
                        amount=short,
                    )
                )
