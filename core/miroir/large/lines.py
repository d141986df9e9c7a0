"""Lines of the mirror told by columns; what is behind them is read when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from miroir.large.months import Told
from miroir.large.shape import texts_of
from miroir.recomputation.bulk.rows import UNIT, Ints
from miroir.recomputation.bulk.tariffs import SIZES
from miroir.recomputation.claimed import YEARLY, joined, supposed
from miroir.recomputation.company import DAYS_BY_DATES, STANDARD_RATES
from miroir.types.amounts import Cents
from miroir.types.calculation import (
    Amounts,
    Basis,
    Calculation,
    DeclaredPart,
    MirrorLine,
    Step,
    Tranches,
)
from miroir.types.declaration import Contract

_NO_SIZE = -1


class Behind(Protocol):
    """What is behind the lines told by columns, by row."""

    def line(self, row: int) -> MirrorLine:
        """The line that the reference gives."""

    def contract(self, row: int, number: str) -> Contract:
        """The contract, `number` being its own."""

    def declared_109(self, row: int) -> tuple[Cents, Cents]:
        """As `MirrorLine.declared_109`."""

    def covered(self, row: int) -> tuple[date, date]:
        """As `MirrorLine.covered`."""

    def reduced(self, row: int) -> bool:
        """As `MirrorLine.reduced`."""

    def smic_held(self, row: int) -> bool:
        """As `MirrorLine.smic_held`."""


class WaitingCalculation(Calculation):
    """Its steps are those of the reference, made when asked for."""

    __slots__ = ("_behind", "_row")
    _behind: Behind
    _row: int

    def __new__(cls, **values: Any) -> Calculation:  # type: ignore[misc]
        return Calculation(**values)

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (WaitingCalculation, _set_in(self, Calculation))

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._behind.line(self._row).calculation.steps


class WaitingLine(MirrorLine):
    """Its parts are read when asked for, and what few ask of its contract."""

    __slots__ = ("_behind", "_row", "_urssaf")
    _behind: Behind
    _row: int
    _urssaf: Cents

    def __new__(cls, **values: Any) -> MirrorLine:  # type: ignore[misc]
        return MirrorLine(**values)

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (WaitingLine, _set_in(self, MirrorLine))

    @property
    def plain(self) -> bool:
        return True

    @property
    def parts(self) -> tuple[DeclaredPart, ...]:
        return self._behind.line(self._row).parts

    @property
    def contract_state(self) -> Contract | None:
        return self._behind.contract(self._row, self.contract)

    @property
    def declared_018(self) -> Cents:
        return self._urssaf

    @property
    def declared_109(self) -> tuple[Cents, Cents]:
        return self._behind.declared_109(self._row)

    @property
    def covered(self) -> tuple[date, date] | None:
        return self._behind.covered(self._row)

    @property
    def reduced(self) -> bool:
        return self._behind.reduced(self._row)

    @property
    def smic_held(self) -> bool:
        return self._behind.smic_held(self._row)


def lines_of(told: Told, behind: Behind) -> Iterator[MirrorLine]:
    """The line of each row that the columns tell, in the order of the rows."""
    where = np.flatnonzero(told.told)
    each = zip(
        where.tolist(),
        _identities(told, where),
        _sums(told, where),
        _calculations(told, where),
        strict=True,
    )
    for row, identity, sums, calculation in each:
        own = {"_row": row, "_behind": behind}
        made = _made(WaitingCalculation, {**calculation, **own})
        yield _made(WaitingLine, {**identity, **sums, "calculation": made, **own})


def _made(kind: type[Any], values: dict[str, Any]) -> Any:
    """Set from outside: the fields of a frozen dataclass, less some."""
    self = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(self, name, value)
    return self


def _set_in(waiting: Any, whole: type[Any]) -> dict[str, Any]:
    """What `_made` was given: what is not read when it is asked for."""
    asked = vars(type(waiting))
    names = (each.name for each in fields(whole) if each.name not in asked)
    return {name: getattr(waiting, name) for name in (*names, *type(waiting).__slots__)}


def _identities(told: Told, where: Ints) -> Iterator[dict[str, Any]]:
    rows = told.rows
    facts = rows.facts
    contracts = texts_of(facts.contract[where])
    days = facts.days[where].tolist()
    for place, person, contract, measure in zip(
        rows.place[where].tolist(),
        rows.person[where].tolist(),
        contracts,
        days,
        strict=True,
    ):
        declaration = rows.declarations[place]
        yield {
            "siren": declaration.siren,
            "siret": declaration.siret,
            "person": rows.persons[person],
            "contract": declaration.waiting.source.text(contract),
            "period": declaration.period,
            "days": _days(measure),
        }


@lru_cache(maxsize=1024)
def _days(measure: int) -> Decimal:
    return Decimal(measure) / UNIT


def _sums(told: Told, where: Ints) -> Iterator[dict[str, Any]]:
    facts = told.rows.facts
    columns = (
        told.due["declared_131"],
        facts.declared_132,
        facts.declared_106,
        facts.capped,
        facts.gross,
        facts.reduction_018,
    )
    for c131, c132, c106, capped, gross, urssaf in zip(
        *_lists(columns, where), strict=True
    ):
        yield {
            "declared": Amounts(c131=c131, c132=c132, c106=c106),
            "declared_t1": capped,
            "declared_gross": gross,
            "_urssaf": urssaf,
        }


class _Owed(NamedTuple):
    """A row of the columns that `_calculations` reads, in their order."""

    due_131: Cents
    due_132: Cents
    due_106: Cents
    ceiling: Cents
    t1: Cents
    t2: Cents
    cet: Cents
    apec: Cents
    exempted: Cents
    size: int
    yearly: bool
    gross: Cents
    condition: int
    by_dates: bool


def _calculations(told: Told, where: Ints) -> Iterator[dict[str, Any]]:
    due = [told.due[name] for name in _Owed._fields if name in told.due]
    own = (told.rows.facts.gross, told.condition, told.rows.shapes.by_dates)
    for values in zip(*_lists((*due, *own), where), strict=True):
        one = _Owed(*values)
        condition = told.conditions[one.condition]
        supposing = condition is None or condition.headcount is None
        yield {
            "due": Amounts(c131=one.due_131, c132=one.due_132, c106=one.due_106),
            "basis": Basis.CUMULATED,
            "tranches": Tranches(
                ceiling=one.ceiling,
                gross=one.gross,
                t1=one.t1,
                t2=one.t2,
                cet=one.cet,
                apec=one.apec,
            ),
            "exempted": one.exempted,
            "condition": condition,
            "readings": _readings(supposing, one.size, one.yearly),
            "remarks": _remarks(condition is None, one.by_dates),
        }


def _lists(columns: Sequence[Any], where: Ints) -> list[list[Any]]:
    return [column[where].tolist() for column in columns]


@lru_cache(maxsize=16)
def _readings(supposing: bool, size: int, yearly: bool) -> tuple[str, ...]:
    """As `claimed._options`."""
    if size == _NO_SIZE:
        return ()
    reading = joined(
        YEARLY if yearly else "", supposed(SIZES[size]) if supposing else ""
    )
    return (reading,) if reading else ()


@lru_cache(maxsize=4)
def _remarks(standard: bool, by_dates: bool) -> tuple[str, ...]:
    """As `company._remarks`."""
    remarks = (STANDARD_RATES, standard), (DAYS_BY_DATES, by_dates)
    return tuple(text for text, said in remarks if said)
