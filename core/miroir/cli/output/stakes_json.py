"""What is at stake, for programs: amounts in strings of euros, points of points."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from miroir.cli.output.mask import Mask
from miroir.stakes.model import (
    CauseStake,
    EmployeePoints,
    Instalment,
    NotPriced,
    Stakes,
)
from miroir.types.amounts import format_cents

SCHEMA = "miroir.stakes/1"


def as_json(stakes: Stakes, mask: Mask) -> str:
    """The same for programs: amounts in strings of euros, points of points."""
    made = {"schema": SCHEMA, "siren": stakes.siren, **document(stakes, mask)}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def document(stakes: Stakes, mask: Mask) -> Mapping[str, object]:
    """The object `stakes` of a company."""
    return {
        "as_of": stakes.on.isoformat(),
        "owed": format_cents(stakes.owed),
        "unsettled": format_cents(stakes.open),
        "overpaid": format_cents(stakes.overpaid),
        "our_side": format_cents(stakes.ours),
        "surcharges": {
            "by_rate": format_cents(stakes.surcharge) if stakes.rated else None,
            "with_least": format_cents(stakes.at_least) if stakes.rated else None,
            "next_day": stakes.next_day and stakes.next_day.isoformat(),
            "after_next_day": None
            if stakes.next_surcharge is None
            else format_cents(stakes.next_surcharge),
        },
        "points": {
            "missing": f"{stakes.missing_points:.2f}",
            "excess": f"{stakes.excess_points:.2f}",
            "employees": [_employee(one, mask) for one in stakes.employees],
        },
        "causes": [_cause_document(one, mask) for one in stakes.causes],
        "payments": [_payment(one) for one in stakes.instalments],
        "not_priced": [_no_figure(one, mask) for one in stakes.not_priced],
        "sources": list(stakes.sources),
    }


def _employee(one: EmployeePoints, mask: Mask) -> Mapping[str, object]:
    return {
        "employee": mask.name_of(one.person),
        "points": f"{one.points:.2f}",
        "lines": [
            {
                "period": str(line.period),
                "t1": format_cents(line.t1),
                "t2": format_cents(line.t2),
                "rate_t1": str(line.rate_t1),
                "rate_t2": str(line.rate_t2),
                "contributions": format_cents(round(line.contributions)),
                "price": str(line.price.euros),
                "points": _four(line.points),
                "source": line.price.source,
            }
            for line in one.lines
        ],
    }


def _four(value: Fraction) -> str:
    """Four decimals, so that a month does not hide in its rounding."""
    return f"{Decimal(round(value * 10_000)) / 10_000:.4f}"


def _cause_document(one: CauseStake, mask: Mask) -> Mapping[str, object]:
    return {
        "cause": one.cause.id,
        "status": one.status.value,
        "standing": one.standing.value,
        "amount": format_cents(one.amount),
        "periods": [str(period) for period in one.months],
        "employees": sorted(mask.name_of(person) for person in one.persons),
    }


def _payment(one: Instalment) -> Mapping[str, object]:
    return {
        "siret": one.siret,
        "periods": [str(period) for period in one.periods],
        "due_on": one.due_on.isoformat(),
        "overdue": one.overdue,
        "balance": format_cents(one.balance),
        "unsettled": format_cents(one.open),
        "surcharge": format_cents(one.surcharge),
        "least": format_cents(one.least),
        "out_of_time_on": one.out_of_time_on.isoformat(),
        "out_of_time": one.out_of_time,
        "late": [
            {
                "begins": each.begins.isoformat(),
                "percent": str(each.percent),
                "amount": format_cents(each.amount),
                "source": each.source,
            }
            for each in one.late
        ],
    }


def _no_figure(one: NotPriced, mask: Mask) -> Mapping[str, object]:
    return {
        "what": one.what,
        "why": one.why,
        "periods": [str(period) for period in one.months],
        "employees": sorted(mask.name_of(person) for person in one.persons),
    }
