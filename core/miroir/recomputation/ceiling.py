"""The ceiling of one month: calendar days, part time, and the legal options.

    ceiling = PMSS x days of employment / days of the month x work quota

(article R.242-2 of the code de la sécurité sociale, décret 2017-858; work
quota: BOSS § 800 to 830). Whether the quota was waived is not in the DSN:
both ceilings are then given, and the declaration decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from miroir import parameters
from miroir.recomputation.exact import half_up
from miroir.recomputation.situation import MonthSituation
from miroir.types.amounts import Cents
from miroir.types.period import Month


@dataclass(frozen=True, slots=True)
class MonthCeiling:
    """Ceilings in cents. `usual` is the rule, `other` the option, if any.

    `option` names the option in French, for the adviser.
    """

    usual: Cents
    other: Cents
    option: str
    rule: str
    inputs: tuple[tuple[str, str], ...]

    @property
    def has_option(self) -> bool:
        return self.other != self.usual

    def value(self, optional: bool) -> Cents:
        return self.other if optional else self.usual


def month_ceiling(month: Month, situation: MonthSituation) -> MonthCeiling:
    """Both ceilings of a month; raises BeyondHorizon."""
    pmss = parameters.ceiling(month.first)
    full = _share(pmss, min(situation.days, Decimal(month.days)), month)
    prorated = min(_share(pmss, situation.quota_days, month), full)
    quota = situation.quota
    inputs = (
        ("PMSS", f"{Decimal(pmss) / 100:.2f}"),
        ("jours", f"{situation.days} / {month.days}"),
        ("quotité", f"{Decimal(quota.numerator) / quota.denominator:.4f}"),
    )
    rule = "R.242-2 CSS : plafond × jours calendaires × quotité"
    if situation.reduced_days_contract:
        open_ = parameters.option_open(
            "reduced forfait-jours with proration", month.first
        )
        other = prorated if open_ else full
        name = "forfait-jours réduit : plafond proratisé"
        return MonthCeiling(full, other, name, rule, inputs)
    waivable = parameters.option_open("part-time without proration", month.first)
    other = full if waivable else prorated
    name = "temps partiel : plafond non proratisé (accord)"
    return MonthCeiling(prorated, other, name, rule, inputs)


def _share(pmss: Cents, days: Decimal | Fraction, month: Month) -> Cents:
    """PMSS x days / days of the month, rounded once."""
    numerator, denominator = days.as_integer_ratio()
    return half_up(pmss * numerator, month.days * denominator)
