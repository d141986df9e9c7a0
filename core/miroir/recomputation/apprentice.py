"""The exempt part of an apprentice's pay (code 109).

Up to 79 % of the monthly SMIC, 50 % for contracts made from 01/03/2025; by
the date of the contract, by month, without yearly regularisation, prorated
only for an entry or an exit in the month (circular 2019-19-DRJ).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from miroir import parameters
from miroir.recomputation.exact import monthly_smic, rounded
from miroir.types.amounts import Cents
from miroir.types.declaration import Contract
from miroir.types.period import Month


def exempt_bases(contract: Contract, month: Month, gross: Cents) -> Iterator[Cents]:
    """The exempt base in cents: with the SMIC of the month, then with that of
    January, where they differ (which one holds after a rise is not published).
    """
    part = Fraction(parameters.apprentice_threshold(contract.start)) / 100
    days = Fraction(_days_under_contract(contract, month), month.days)
    seen = set()
    for day in (month.first, month.january.first):
        base = min(max(gross, 0), rounded(monthly_smic(day) * part * days))
        if base not in seen:
            seen.add(base)
            yield base


def _days_under_contract(contract: Contract, month: Month) -> int:
    start = max(contract.start, month.first)
    end = min(contract.end or month.last, month.last)
    return max((end - start).days + 1, 0)
