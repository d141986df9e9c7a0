"""Between the columns of the bulk rules and the inputs of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from miroir.recomputation.bulk.rows import NO_END, UNIT, MonthRows
from miroir.recomputation.contributions import rates_for
from miroir.recomputation.due import ceiling_of
from miroir.recomputation.facts import MonthFacts
from miroir.recomputation.pricing import MonthInput
from miroir.recomputation.situation import (
    CADRE,
    CEILING_DAYS,
    DAYS_CONTRACT,
    GROSS_PAY,
    PART_TIME,
    month_situation,
)
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import Amounts
from miroir.types.declaration import Activity, Block, Contract, Remuneration
from miroir.types.period import Month

from tests.recomputation.bulk.population import EPOCH, Population, day_number

_BLOCK = Block("S21.G00.40", 0, None)
_APPRENTICE, _GENERAL = "64", "99"
_MASKS = {"reduced_days_contract", "apprentice", "legacy_105", "has_018", "has_106"}
_WITH_GROSS = frozenset({CADRE, "98", "99"})


def inputs_of(people: Population, employee: int) -> list[MonthInput]:
    """The months of one employee under contract, for the reference."""
    return [
        month_input(rows, employee, month, _condition(people, rank, employee))
        for rank, (month, rows) in enumerate(
            zip(people.months, people.rows, strict=True)
        )
        if people.present[rank][employee]
    ]


def _condition(people: Population, rank: int, row: int) -> AdhesionCondition | None:
    tariff = int(people.tariff[rank][row])
    return people.conditions[tariff - 1] if tariff else None


def month_input(
    rows: MonthRows, row: int, month: Month, condition: AdhesionCondition | None
) -> MonthInput:
    """One row as the reference has it, every month before being known."""
    facts = facts_of_row(rows, row, month)
    ceiling = ceiling_of(facts)
    rates = rates_for(condition, month.first)
    return MonthInput(facts, ceiling, rates, condition, known=True, year_ceiling=0)


def facts_of_row(rows: MonthRows, row: int, month: Month) -> MonthFacts:
    """The facts that a row stands for, its situation made from a contract."""
    contract = _contract(rows, row)
    days = Decimal(int(rows.days[row])) / UNIT
    activity = Activity(kind="01", measure=days, unit=CEILING_DAYS, block=_BLOCK)
    pay = Remuneration(
        kind=GROSS_PAY,
        contract=contract.number,
        start=month.first,
        end=month.last,
        amount=0,
        hours=None,
        activities=(activity,),
        block=_BLOCK,
    )
    gross, as_cadre = int(rows.gross[row]), int(rows.cadre_gross[row])
    situation = month_situation(month, [contract], [pay], [])
    if as_cadre and contract.status not in _WITH_GROSS:
        first = replace(situation.segments[0], status=CADRE)
        situation = replace(situation, segments=(first, *situation.segments))
    return MonthFacts(
        month=month,
        at_hand=True,
        parts=(),
        contract=contract,
        situation=situation,
        declared=Amounts(
            c131=int(rows.declared_131[row]),
            c132=int(rows.declared_132[row]),
            c106=int(rows.declared_106[row]),
        ),
        legacy_105=bool(rows.legacy_105[row]),
        exempt_109=int(rows.exempt_109[row]),
        capped=int(rows.capped[row]),
        gross=gross,
        gross_from="base 03",
        cadre_gross=as_cadre,
        reduction_018=int(rows.reduction_018[row]) if rows.has_018[row] else None,
        reduction_106=int(rows.reduction_106[row]) if rows.has_106[row] else None,
        smic=int(rows.smic[row]),
        why_not="",
        why_declared_bases="",
    )


def _contract(rows: MonthRows, row: int) -> Contract:
    end, by_days = int(rows.end[row]), bool(rows.reduced_days_contract[row])
    return Contract(
        number="00001",
        start=EPOCH + timedelta(days=int(rows.start[row])),
        end=None if end == NO_END else EPOCH + timedelta(days=end),
        status=f"{int(rows.status[row]):02d}",
        conventional_status=None,
        nature="01",
        scheme=_APPRENTICE if rows.apprentice[row] else _GENERAL,
        quota_unit=DAYS_CONTRACT if by_days else "10",
        quota=Decimal(int(rows.worked[row])) / UNIT,
        reference_quota=Decimal(int(rows.reference[row])) / UNIT,
        modality=PART_TIME,
        full_time_contribution=None,
        several_employers=None,
        idcc=None,
        job=None,
        pension_schemes=(),
        changes=(),
        block=_BLOCK,
    )


def rows_of(facts: Sequence[MonthFacts]) -> MonthRows:
    """Facts of a month as columns, one row each; each has one contract."""
    columns: dict[str, list[int]] = {}
    for each in facts:
        for name, value in _values(each):
            columns.setdefault(name, []).append(value)
    arrays: dict[str, Any] = {
        name: np.array(values, bool if name in _MASKS else np.int64)
        for name, values in columns.items()
    }
    count = len(facts)
    zeros = np.zeros(count, np.int64)
    return MonthRows(
        declaration=zeros,
        person=np.zeros((count, 2), np.uint64),
        contract=np.zeros((count, 3), np.uint64),
        line=zeros,
        offset=zeros,
        length=zeros,
        sure=np.ones(count, bool),
        **arrays,
    )


def _values(facts: MonthFacts) -> Iterator[tuple[str, int]]:
    contract, situation = facts.contract, facts.situation
    assert contract is not None and situation is not None
    quota = situation.quota
    yield "start", day_number(contract.start)
    yield "end", day_number(contract.end) if contract.end else NO_END
    yield "status", int(contract.status)
    yield "days", int(situation.days * UNIT)
    yield "worked", quota.numerator
    yield "reference", quota.denominator
    yield "reduced_days_contract", situation.reduced_days_contract
    yield "apprentice", facts.apprentice
    yield "gross", facts.gross
    yield "cadre_gross", facts.cadre_gross
    yield "capped", facts.capped
    yield "declared_131", facts.declared.c131
    yield "declared_132", facts.declared.c132
    yield "declared_106", facts.declared.c106
    yield "legacy_105", facts.legacy_105
    yield "exempt_109", facts.exempt_109
    yield "reduction_018", facts.reduction_018 or 0
    yield "has_018", facts.reduction_018 is not None
    yield "reduction_106", facts.reduction_106 or 0
    yield "has_106", facts.reduction_106 is not None
    yield "smic", facts.smic


def full_time(month: Month, count: int = 1, **values: object) -> MonthRows:
    """So many rows of a whole month of full time, some columns replaced."""
    zeros, no = np.zeros(count, np.int64), np.zeros(count, bool)
    columns: dict[str, Any] = {each.name: zeros for each in fields(MonthRows)}
    masks = (*_MASKS, "sure")
    columns |= dict.fromkeys(masks, no)
    columns |= {
        "person": np.zeros((count, 2), np.uint64),
        "contract": np.zeros((count, 3), np.uint64),
        "start": zeros + day_number(month.first),
        "end": zeros + NO_END,
        "status": zeros + 4,
        "days": zeros + month.days * UNIT,
        "worked": zeros + UNIT,
        "reference": zeros + UNIT,
        "sure": ~no,
    }
    for name, value in values.items():
        columns[name] = np.broadcast_to(np.asarray(value), (count,)).copy()
    return MonthRows(**columns)
