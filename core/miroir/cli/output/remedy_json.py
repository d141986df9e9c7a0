"""The plan of a company in its analysis: who acts, what is declared, where, when.

A correction stands in the `remedy` of the first diagnosis that explains its line,
the others name that diagnosis: what two errors leave on one line is declared
once. Its rubriques are lines of a DSN, «S21.G00.78.004,'-95.00'».
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from miroir.cli.output.correction_lines import reason
from miroir.cli.output.mask import Mask
from miroir.correction.applying import UnreadablePlan
from miroir.correction.outline import Outline, outline_of
from miroir.correction.plan import Action, Correction, How, PlannedDeclaration
from miroir.correction.routing import PAYMENT_SHORT
from miroir.correction.targets import About
from miroir.correction.writing import Line
from miroir.types.amounts import format_cents
from miroir.types.diagnosis import CompanyAnalysis, Responsible
from miroir.types.identity import PersonNumber

Json = dict[str, object]
_SHORT = 12
"""Dates, codes and amounts: a NIR has thirteen characters."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One correction, and the declaration that makes it."""

    one: Correction
    declared: PlannedDeclaration


@dataclass(slots=True)
class Remedies:
    """The object `remedy` of each diagnosis, by rank."""

    outline: Outline
    mask: Mask
    _own: dict[int, list[_Place]] = field(init=False)
    _with: dict[int, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._own, self._with = defaultdict(list), defaultdict(set)
        about = [(action, About.of(action)) for action in self.outline.actions]
        for declared in self.outline.declarations:
            for one in declared.corrections:
                ranks = [
                    action.rank for action, where in about if _asks(action, where, one)
                ]
                for rank in ranks[:1]:
                    self._own[rank].append(_Place(one, declared))
                for rank in ranks[1:]:
                    self._with[rank].add(ranks[0])

    @classmethod
    def of(
        cls, company: CompanyAnalysis, on: date, mask: Mask, failures: list[str]
    ) -> Remedies | None:
        """None, and a failure, when no plan can be made: the rest stands."""
        try:
            return cls(outline_of(company, on), mask)
        except UnreadablePlan as error:
            siren = company.view.siren
            failures.append(f"The plan of {siren} could not be made: {error}")
            return None

    def plan(self) -> Json:
        """The object `plan` of the company: its declarations, by their dates."""
        return {
            "as_of": self.outline.on.isoformat(),
            "declarations": [
                {
                    **_where(one),
                    "amount": format_cents(one.amount),
                    "corrections": sum(
                        each.person is not None for each in one.corrections
                    ),
                    "payments": [
                        {"period": str(each.period), "lines": self._lines(each.lines)}
                        for each in one.corrections
                        if each.how is How.PAYMENT
                    ],
                }
                for one in self.outline.declarations
            ],
            "not_recomputed": self._names(self.outline.unchecked),
        }

    def remedy(self, rank: int) -> Json:
        """What follows from the diagnosis of this rank."""
        action = next(one for one in self.outline.actions if one.rank == rank)
        own = self._own.get(rank, [])
        shared = sorted(self._with.get(rank, ()))
        return {
            "verdict": action.verdict.value,
            "actor": action.actor.value,
            "payroll_setting": action.cause.responsible is Responsible.EDITOR,
            "why": self.mask.text(reason(action)),
            "wanted": self._wanted(action),
            "declared_in": self._declared_in([rank, *shared]),
            "corrections": [self._correction(place) for place in own],
            "corrected_with": shared,
        }

    def _declared_in(self, ranks: Iterable[int]) -> list[Json]:
        """The declarations that hold them, each once."""
        found = {
            id(place.declared): place.declared
            for rank in ranks
            for place in self._own.get(rank, ())
        }
        return [_where(one) for one in found.values()]

    def _wanted(self, action: Action) -> list[Json]:
        return [
            {
                "periods": [str(period) for period in one.periods],
                "employees": self._names(one.persons),
                "rubriques": [
                    {"rubrique": rubrique, "what": what}
                    for rubrique, what in one.rubriques
                ],
            }
            for one in action.wanted
        ]

    def _correction(self, place: _Place) -> Json:
        one = place.one
        said: Json = {
            "siret": one.siret,
            "employee": self.mask.name_of(one.person) if one.person else None,
            "contract": self.mask.text(one.contract),
            "period": str(one.period),
            "month": str(place.declared.deposit.month),
            "how": one.how.value,
            "causes": list(one.causes),
            "amount": format_cents(one.amount),
            "lines": self._lines(one.lines),
        }
        if one.removed:
            said["removed"] = self._lines(one.removed)
        return said

    def _lines(self, lines: Iterable[Line]) -> list[str]:
        return [f"{rubrique},'{self._value(value)}'" for rubrique, value in lines]

    def _value(self, value: str) -> str:
        plain = len(value) <= _SHORT and value.isprintable()
        return value if plain else self.mask.text(value)

    def _names(self, persons: Iterable[PersonNumber]) -> list[str]:
        return sorted({self.mask.name_of(person) for person in persons})


def _asks(action: Action, where: About, one: Correction) -> bool:
    """Whether a correction is of a line that an action is about."""
    if one.person is None:
        return action.cause.id == PAYMENT_SHORT and one.period in action.periods
    return action.cause.id in one.causes and where.names(one.person, one.period)


def _where(one: PlannedDeclaration) -> Json:
    return {
        "siret": one.siret,
        "month": str(one.deposit.month),
        "fraction": one.fraction,
        "type": "03" if one.deposit.replaces else "01",
        "mode": one.mode.value,
        "due": one.deposit.due.isoformat(),
        "send_by": one.deposit.send_by.isoformat(),
    }
