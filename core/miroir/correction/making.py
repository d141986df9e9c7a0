"""The drafts of a plan: blocks first, since they change what is due, then amounts,
taken from what is due once the blocks are right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from miroir.correction.amounts import difference
from miroir.correction.applying import Applied, apply
from miroir.correction.draft import Draft, Due, Entry, LineKey, key_of
from miroir.correction.fragment import fragments
from miroir.correction.places import Places
from miroir.correction.plan import Action, PlannedDeclaration, Verdict
from miroir.correction.replacing import replacements
from miroir.correction.routing import PAYMENT_SHORT
from miroir.correction.structure import restructure
from miroir.correction.targets import Targets
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber

ROUNDS = 8
"""Closing one gap may move another: a share of what 018 and 106 are together
moves with 106, six times less each time."""


@dataclass(slots=True)
class Making:
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
        """The plan applied and computed again, until nothing moves; the files
        received then, and why some lines are not corrected."""
        targets = self.targets()
        self.restructure(targets)
        self.complete_payments()
        planned = self.declared()
        applied = apply(self.view, planned, self.conditions)
        for _ in range(ROUNDS):
            if not self.amend(targets, applied.mirror):
                break
            planned = self.declared()
            applied = apply(self.view, planned, self.conditions)
        return planned, applied, targets.not_asked

    def targets(self) -> Targets:
        return Targets.of(self.view, self.actions, self.places.on)

    def declared(self) -> list[PlannedDeclaration]:
        found = [
            *replacements(self.again, self.places),
            *fragments(self.later, self.places),
        ]
        return sorted(found, key=lambda one: (one.deposit.send_by, one.siret))

    def _draft(self, key: LineKey) -> Draft:
        """Declared again while the month can be, else corrected later."""
        return self.again if self.places.replaced(key) is not None else self.later

    def restructure(self, targets: Targets, but: Collection[PersonNumber] = ()) -> None:
        """What the blocks themselves have wrong, of everybody `but` some."""
        for line in self.view.mirror:
            key = key_of(line)
            target = targets.wanted.get(key)
            if target is not None and line.person not in but:
                for cause in sorted(target.causes):
                    restructure(cause, line, self._draft(key))
        for draft in (self.later, self.again):
            for key in draft.lines():
                self._remember(draft, targets, key)

    def amend(self, targets: Targets, mirror: Iterable[MirrorLine]) -> bool:
        """Add what is still missing on these lines; whether anything was."""
        moved = False
        for line in mirror:
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

    def complete_payments(self) -> None:
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
