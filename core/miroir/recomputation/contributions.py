"""From bases to contributions: the lines of a payslip, each rounded.

Rounding is by line, employer and employee apart, as payslips do; global rates
give up to 0.03 € more or less per month, within the tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from miroir import parameters
from miroir.parameters import Scheme, Share
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents, apply_rate
from miroir.types.calculation import Tranches


@dataclass(frozen=True, slots=True)
class Rates:
    """Called rates of one adhesion at one date, in percent."""

    t1: Share
    t2: Share
    scheme: Scheme
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution: base and both shares in cents, code 131 or 132."""

    label: str
    code: str
    base: Cents
    rate: Share
    employer: Cents
    employee: Cents
    source: str

    @property
    def total(self) -> Cents:
        return self.employer + self.employee


def rates_for(condition: AdhesionCondition | None, day: date) -> Rates:
    """Rates of an adhesion, or the standard ones when none is given.

    Raises BeyondHorizon when no rate is published for `day`.
    """
    scheme = parameters.scheme(day)
    source = parameters.source_of("rates", day)
    if condition is None:
        t1, t2 = scheme.standard_t1, scheme.standard_t2
        share = scheme.standard_employer_share
        source += " ; taux de droit commun"
    else:
        t1, t2 = condition.rate_t1, condition.rate_t2
        share = condition.employer_share
        source += f" ; adhésion du {condition.valid_from:%d/%m/%Y}"
    return Rates(scheme.called(t1, share), scheme.called(t2, share), scheme, source)


def contribution_lines(tranches: Tranches, rates: Rates, cadre: bool) -> Sequence[Line]:
    """The lines due on the bases of one month.

    `cadre`: Apec is due (articles 2.1 and 2.2 of the ANI of 17/11/2017 on
    prévoyance; extensions pay none). Negative bases give negative lines.
    """
    scheme = rates.scheme
    rows = [
        ("Retraite T1", "131", tranches.t1, rates.t1),
        ("CEG T1", "131", tranches.t1, scheme.ceg_t1),
        ("Retraite T2", "131", tranches.t2, rates.t2),
        ("CEG T2", "131", tranches.t2, scheme.ceg_t2),
        ("CET", "131", tranches.cet, scheme.cet),
    ]
    if cadre:
        rows.append(("Apec", "132", tranches.apec, scheme.apec))
    return [
        _line(label, code, base, share, rates.source)
        for label, code, base, share in rows
    ]


def _line(label: str, code: str, base: Cents, rate: Share, source: str) -> Line:
    return Line(
        label=label,
        code=code,
        base=base,
        rate=rate,
        employer=apply_rate(base, rate.employer),
        employee=apply_rate(base, rate.employee),
        source=source,
    )


def relieved(
    lines: Sequence[Line], exempt: Cents, rates: Rates
) -> tuple[Sequence[Line], Cents]:
    """Lines of an apprentice: the employee share exempt on `exempt` cents.

    The exemption covers pension at its obligatory rate, CEG and CET; neither
    the part of a rate above standard, nor Apec (circular 2019-19-DRJ). Gives
    the lines and the amount exempted, in cents.
    """
    scheme = rates.scheme
    standard = scheme.called(scheme.standard_t1, scheme.standard_employer_share)
    left = {
        "Retraite T1": min(standard.employee, rates.t1.employee),
        "CEG T1": scheme.ceg_t1.employee,
        "CET": scheme.cet.employee,
    }
    relieved_lines, amount = [], 0
    for line in lines:
        obligatory = left.get(line.label)
        if obligatory is None or line.base <= 0:
            relieved_lines.append(line)
            continue
        employee = _net_employee(line, min(exempt, line.base), obligatory)
        amount += line.employee - employee
        relieved_lines.append(
            Line(
                line.label,
                line.code,
                line.base,
                line.rate,
                line.employer,
                employee,
                line.source,
            )
        )
    return relieved_lines, amount


def _net_employee(line: Line, exempt: Cents, obligatory: Decimal) -> Cents:
    above = line.rate.employee - obligatory
    return apply_rate(line.base - exempt, obligatory) + apply_rate(line.base, above)
