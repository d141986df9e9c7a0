"""Corrections as the blocks of a later DSN: 78, 81, 51, 41, 71, 72, 83, 84, 20."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from miroir.correction.draft import (
    CAPPED,
    CARRIED_BY_CAPPED,
    UNCAPPED,
    Due,
    Entry,
    Scheme,
)
from miroir.correction.writing import adopt, block
from miroir.recomputation.facts import SMIC, UNIFIED
from miroir.recomputation.situation import CEILING_DAYS, GROSS_PAY
from miroir.types.amounts import Cents, format_cents
from miroir.types.declaration import Block
from miroir.types.period import Month

PAID, DIRECT_DEBIT = "01", "05"
"""53.001 travail rémunéré; 20.010 prélèvement SEPA."""


def day(value: date) -> str:
    return f"{value:%d%m%Y}"


def bases(entry: Entry, dates: tuple[date, date], contract: str) -> Iterator[Block]:
    """Blocks 78 on the month of origin, with their 79 and 81."""
    codes = {carrier(code, entry) for code in entry.codes}
    for base in sorted({*entry.bases, *codes}):
        made = block(
            "S21.G00.78",
            {
                "001": base,
                "002": day(dates[0]),
                "003": day(dates[1]),
                "004": format_cents(entry.bases.get(base, 0)),
                "006": contract,
            },
        )
        if base == UNCAPPED and entry.smic is not None:
            values = {"001": SMIC, "004": format_cents(entry.smic)}
            adopt(made, block("S21.G00.79", values))
        for code in entry.codes:
            if carrier(code, entry) == base:
                adopt(made, contribution(code, entry))
        yield made


def carrier(code: str, entry: Entry) -> str:
    """The base under which a contribution stands."""
    return entry.under or (CAPPED if code in CARRIED_BY_CAPPED else UNCAPPED)


def contribution(code: str, entry: Entry) -> Block:
    """81.003 where the code has a base of its own, 81.004 where an amount."""
    values = {"001": code}
    if code in entry.assiettes:
        values["003"] = format_cents(entry.assiettes[code])
    if code in entry.amounts:
        values["004"] = format_cents(entry.amounts[code])
    return block("S21.G00.81", values)


def ceiling_days(days: Decimal, dates: tuple[date, date], contract: str) -> Block:
    """Pay of the month of origin that only brings its calendar days."""
    pay = block(
        "S21.G00.51",
        {
            "001": day(dates[0]),
            "002": day(dates[1]),
            "010": contract,
            "011": GROSS_PAY,
            "013": format_cents(0),
        },
    )
    adopt(pay, activity(days))
    return pay


def activity(days: Decimal) -> Block:
    return block("S21.G00.53", {"001": PAID, "002": f"{days:.2f}", "003": CEILING_DAYS})


def status_change(old: str, since: date) -> Block:
    """The category before a date; the pay is computed again from there on."""
    return block("S21.G00.41", {"001": day(since), "003": old, "028": day(since)})


def scheme(planned: Scheme | None) -> Block:
    """71, with the scheme that was declared wrongly."""
    made = block("S21.G00.71", {"002": UNIFIED})
    if planned is not None and planned.wrong:
        adopt(made, block("S21.G00.72", {"001": planned.wrong}))
    return made


def wrong_scheme(planned: Scheme, contract: str) -> Iterator[Block]:
    """83 and 84: the months, and the bases that went to the wrong scheme."""
    for first, last in _runs(sorted(planned.bases)):
        made = block("S21.G00.83", {"001": day(first.first), "002": day(last.last)})
        for month in first.until(last):
            for base in wrong_bases(planned, month, contract):
                adopt(made, base)
        yield made


def wrong_bases(planned: Scheme, month: Month, contract: str) -> Iterator[Block]:
    """The blocks 84 of one month."""
    for code, cents in sorted(planned.bases[month].items()):
        yield _wrong_base(code, month, cents, contract)


def _wrong_base(code: str, month: Month, cents: Cents, contract: str) -> Block:
    return block(
        "S21.G00.84",
        {
            "001": code,
            "002": day(month.first),
            "003": day(month.last),
            "004": format_cents(cents),
            "005": contract,
        },
    )


def _runs(months: list[Month]) -> Iterator[tuple[Month, Month]]:
    first = last = None
    for month in months:
        if first is None or last is None or month != last.next:
            if first is not None and last is not None:
                yield first, last
            first = month
        last = month
    if first is not None and last is not None:
        yield first, last


def payment(due: Due) -> Block:
    """Without BIC and IBAN: those of the payroll stay."""
    return block(
        "S21.G00.20",
        {
            "001": due.institution,
            "002": due.siret,
            "005": format_cents(due.amount),
            "006": day(due.period.first),
            "007": day(due.period.last),
            "010": DIRECT_DEBIT,
        },
    )
