"""A contract as one canonical document: the same contract, the same bytes.

Keys are sorted, nothing is spaced, rates have no useless zero, and where a row
was read is left out: two readings of one contract are equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from miroir.types.adhesion import AdhesionCondition, Headcount

Row = Mapping[str, Any]


def canonical(document: object) -> str:
    """One JSON text for one value."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def digest(document: object) -> str:
    """The sha256 of a canonical document, in 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def image(conditions: Iterable[AdhesionCondition]) -> list[Row]:
    """The rows of a contract, in their order: the first one that fits holds."""
    return [_row(each) for each in conditions]


def _row(condition: AdhesionCondition) -> Row:
    headcount, until = condition.headcount, condition.valid_until
    return {
        "siren": condition.siren,
        "siret": condition.siret,
        "category": condition.category,
        "valid_from": condition.valid_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "rate_t1": plain(condition.rate_t1),
        "rate_t2": plain(condition.rate_t2),
        "employer_share": plain(condition.employer_share),
        "idcc": condition.idcc,
        "institution": condition.institution,
        "periodicity": condition.periodicity,
        "headcount": None if headcount is None else headcount.value,
        "guarantees": list(condition.guarantees),
    }


def plain(value: Decimal) -> str:
    """«6.2», «17», «60»: no exponent, no useless zero."""
    return f"{value.normalize():f}"


def conditions_of(rows: Iterable[Row]) -> tuple[AdhesionCondition, ...]:
    """The contract that an image is of."""
    return tuple(
        AdhesionCondition(
            siren=row["siren"],
            siret=row["siret"],
            category=row["category"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
            rate_t1=Decimal(row["rate_t1"]),
            rate_t2=Decimal(row["rate_t2"]),
            employer_share=Decimal(row["employer_share"]),
            idcc=row["idcc"],
            institution=row["institution"],
            periodicity=row["periodicity"],
            headcount=None if row["headcount"] is None else Headcount(row["headcount"]),
            guarantees=tuple(row["guarantees"]),
        )
        for row in rows
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
