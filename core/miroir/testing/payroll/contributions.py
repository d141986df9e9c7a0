"""Contributions of one month: lines of a payslip, or global rates at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from miroir.testing.payroll.bases import Bases
from miroir.testing.payroll.model import Adhesion, Contract, Habits, month_days
from miroir.testing.payroll.parameters import (
    APEC,
    CALL_RATE,
    CEG_T1,
    CEG_T2,
    CET,
    STANDARD_T1,
    smic_monthly,
)
from miroir.testing.payroll.rounding import divide, rate
from miroir.testing.payroll.rules import RIGHT, Exemption, Rules

Shares = tuple[int, int]
"""Employer and employee: rates in 1/1000 %, or amounts in cents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Each line as (employer, employee), in cents."""

    retirement_t1: Shares
    ceg_t1: Shares
    retirement_t2: Shares
    ceg_t2: Shares
    cet: Shares

    @property
    def total(self) -> int:
        return self.under_t1 + sum(self.retirement_t2 + self.ceg_t2 + self.cet)

    @property
    def under_t1(self) -> int:
        return sum(self.retirement_t1 + self.ceg_t1)

    @property
    def employer_t1(self) -> int:
        """Code 142."""
        return self.retirement_t1[0] + self.ceg_t1[0]

    @property
    def employer_t2(self) -> int:
        """Code 146."""
        return self.retirement_t2[0] + self.ceg_t2[0] + self.cet[0]


def called(computed: int, share: int, rules: Rules) -> Shares:
    """Rates of employer and employee, to the hundredth of a percent."""
    total = divide(computed * CALL_RATE, 1000) if rules.call_rate else computed // 10
    employer = divide(total * share, 100)
    return employer * 10, (total - employer) * 10


def _rates(adhesion: Adhesion, rules: Rules) -> Amounts:
    computed = rules.rate_t1 if rules.rate_t1 is not None else adhesion.rate_t1
    t1 = called(computed, adhesion.employer_share, rules)
    t2 = called(adhesion.rate_t2, adhesion.employer_share, rules)
    ceg_t2 = CEG_T1 if rules.t2_as_t1 else CEG_T2
    lines = Amounts(
        retirement_t1=t1,
        ceg_t1=CEG_T1 if rules.ceg_t1 else (0, 0),
        retirement_t2=t1 if rules.t2_as_t1 else t2,
        ceg_t2=ceg_t2 if rules.ceg_t2 else (0, 0),
        cet=CET,
    )
    if rules.employer_only or rules.employee_only:
        return _one_party(lines, 0 if rules.employer_only else 1)
    return lines


def _one_party(lines: Amounts, party: int) -> Amounts:
    """The rates of the employer (0) or of the employee (1) alone."""

    def kept(shares: Shares) -> Shares:
        return (shares[0], 0) if party == 0 else (0, shares[1])

    return Amounts(
        retirement_t1=kept(lines.retirement_t1),
        ceg_t1=kept(lines.ceg_t1),
        retirement_t2=kept(lines.retirement_t2),
        ceg_t2=kept(lines.ceg_t2),
        cet=kept(lines.cet),
    )


def _line(base: int, rates: Shares) -> Shares:
    return rate(base, rates[0]), rate(base, rates[1])


def _merged(base: int, *rates: Shares) -> Shares:
    """One rounding for the sum of the rates, the employer's part first."""
    total = rate(base, sum(map(sum, rates)))
    employer = rate(base, sum(share for share, _ in rates))
    return employer, total - employer


def contributions(
    bases: Bases, adhesion: Adhesion, rules: Rules, habits: Habits
) -> Amounts:
    rates = _rates(adhesion, rules)
    if habits.global_rates:
        return Amounts(
            retirement_t1=_merged(bases.t1, rates.retirement_t1, rates.ceg_t1),
            ceg_t1=(0, 0),
            retirement_t2=_merged(bases.t2, rates.retirement_t2, rates.ceg_t2),
            ceg_t2=(0, 0),
            cet=_merged(bases.cet, rates.cet),
        )
    return Amounts(
        retirement_t1=_line(bases.t1, rates.retirement_t1),
        ceg_t1=_line(bases.t1, rates.ceg_t1),
        retirement_t2=_line(bases.t2, rates.retirement_t2),
        ceg_t2=_line(bases.t2, rates.ceg_t2),
        cet=_line(bases.cet, rates.cet),
    )


def apec(base: int, habits: Habits) -> int:
    if habits.apec_by_share:
        return sum(_line(base, APEC))
    return rate(base, sum(APEC))


def exempted_base(
    contract: Contract, year: int, month: int, gross: int, rules: Rules
) -> int:
    """The part of an apprentice's pay whose employee share is exempted.

    79 % of the SMIC, 50 % for contracts concluded since 01/03/2025, reduced
    in the month of entry or exit only (circulaire 2019-19-DRJ).
    """
    employment = contract.employment(year, month)
    forgotten = rules.exemption is Exemption.FORGOTTEN
    if not contract.apprentice or employment is None or forgotten:
        return 0
    old = contract.start < date(2025, 3, 1)
    percent = 79 if old or rules.exemption is Exemption.OLD_THRESHOLD else 50
    days = (employment[1] - employment[0]).days + 1
    whole = 100 * month_days(year, month)
    threshold = divide(smic_monthly(year, month) * percent * days, whole)
    return max(0, min(gross, threshold))


def exemption(base: int, adhesion: Adhesion, rules: Rules, habits: Habits) -> int:
    """What the employee does not pay (negative): the compulsory rates, and no
    more than what this payroll charges."""
    compulsory = called(STANDARD_T1, 60, RIGHT)[1]
    rates = _rates(adhesion, rules)
    own = min(compulsory, rates.retirement_t1[1]), rates.ceg_t1[1]
    if habits.global_rates:
        return -rate(base, sum(own))
    return -sum(rate(base, each) for each in own)
