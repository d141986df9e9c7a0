"""Points of retirement that a gap takes from, or gives to, an employee.

    points = (T1 x calculation rate T1 + T2 x calculation rate T2) / price

The rates are those of the adhesion before the call rate; CEG, CET, Apec and
what the call rate adds buy nothing (ANI of 17/11/2017, articles 35 to 38).
Two parts are told apart: bases that are wrong, and contributions that are
missing on bases that are right. Whether an institution waits for the payment
before it enters the second kind is not public: both are estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from miroir.parameters.rights import point_price
from miroir.recomputation.contributions import Rates, rates_for
from miroir.recomputation.due import ROUNDING
from miroir.recomputation.facts import UNCAPPED
from miroir.stakes.model import LinePoints
from miroir.types.amounts import Cents, apply_rate
from miroir.types.calculation import MirrorLine, Tranches

Bought = Callable[[MirrorLine, "Accounts", Cents], Fraction]
"""What a missing contribution, in cents of 131, comes to at calculation rates."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The rates of one month, called and of calculation, in percent."""

    called: Rates
    t1: Decimal
    t2: Decimal

    @classmethod
    def of(cls, line: MirrorLine) -> Accounts:
        """Those of the adhesion, or the standard ones. Raises BeyondHorizon."""
        condition = line.calculation.condition
        called = rates_for(condition, line.period.first)
        scheme = called.scheme
        if condition is None:
            return cls(called, scheme.standard_t1, scheme.standard_t2)
        return cls(called, condition.rate_t1, condition.rate_t2)


def _called_back(_: MirrorLine, rates: Accounts, left: Cents) -> Fraction:
    """Of pension alone, at a rate that is not known: less the call rate."""
    return Fraction(left) * 100 / Fraction(rates.called.scheme.call_rate)


def _of_rate(line: MirrorLine, rates: Accounts, left: Cents) -> Fraction:
    """T1 was declared at the standard rate: the difference between both."""
    scheme, called = rates.called.scheme, rates.called.t1.total
    standard = scheme.called(scheme.standard_t1, scheme.standard_employer_share)
    if called == standard.total:
        return _called_back(line, rates, left)
    above = Fraction(rates.t1 - scheme.standard_t1)
    return left * above / Fraction(called - standard.total)


def _of_131(line: MirrorLine, rates: Accounts, left: Cents) -> Fraction:
    """In proportion: all contributions are missing together, or half of each."""
    due, called = line.calculation.tranches, rates.called
    pension = _percent(due.t1, called.t1.total) + _percent(due.t2, called.t2.total)
    whole = pension + sum(_without_points(due, rates).values())
    bought = _percent(due.t1, rates.t1) + _percent(due.t2, rates.t2)
    return left * bought / whole if whole else Fraction()


def _of_t2(line: MirrorLine, rates: Accounts, left: Cents) -> Fraction:
    """T2 stops at four ceilings; whether CET does too is seen in the amount."""
    scheme, due = rates.called.scheme, line.calculation.tranches
    alone = rates.called.t2.total + scheme.ceg_t2.total
    beyond = due.t2 - _CEILINGS_KEPT * due.ceiling
    rate = min(
        (alone, alone + scheme.cet.total),
        key=lambda one: abs(_percent(beyond, one) + left),
    )
    return left * Fraction(rates.t2) / Fraction(rate)


def _of_t2_at_t1(_: MirrorLine, rates: Accounts, left: Cents) -> Fraction:
    """T2 was declared at the rates of T1, pension and CEG."""
    called, scheme = rates.called, rates.called.scheme
    pension = called.t2.total - called.t1.total
    ceg = scheme.ceg_t2.total - scheme.ceg_t1.total
    return left * Fraction(rates.t2 - rates.t1) / Fraction(pension + ceg)


_CEILINGS_KEPT = 3
"""The ceilings of T2 in the first four."""
_BASES = frozenset(
    {
        "PMSS_ANNEE_PRECEDENTE",
        "PLAFOND_NON_PRORATISE_ENTREE_SORTIE",
        "PLAFOND_ABSENCE_NON_PRORATISEE",
        "PLAFOND_TRENTIEME",
        "REGULARISATION_PROGRESSIVE_ABSENTE",
        "T2_PERDUE",
        "PLAFOND_TEMPS_PARTIEL_NON_PRORATISE",
        "PLAFOND_ENTIER_SUR_DEUX_CONTRATS",
        "HEURES_DU_TEMPS_PARTIEL_MAL_COMPTEES",
        "CONTRAT_COURT_MAL_SAISI",
        "BASE_02_SUPERIEURE_AU_PLAFOND",
        "BASE_03_INFERIEURE_A_LA_BASE_02",
        "BASE_03_ABSENTE",
        "JOURS_53_A_ZERO",
    }
)
"""Causes that the bases tell whole: what is left is CET, which buys nothing."""
_FORGOTTEN: Mapping[str, Sequence[str]] = {
    "CET_ABSENTE": ("cet",),
    "CEG_ABSENTE": ("ceg_t1", "ceg_t2"),
    "CEG_T2_ABSENTE": ("ceg_t2",),
}
"""Contributions without points that are missing whole: another cause on the
same line can still be told apart."""
_WITHOUT_POINTS = frozenset(
    {
        *_BASES,
        *_FORGOTTEN,
        "TAUX_APPEL_OUBLIE",
        "CET_TEST_MENSUEL",
        "CET_SUR_T2_SEULE",
        "CET_SOUS_PLAFOND",
        "APEC_ABSENTE",
        "APEC_NON_CADRE",
        "APEC_SANS_PLAFOND",
        "APEC_DANS_131",
        "STATUT_CADRE_DECLARE_NON_CADRE",
        "REDUCTION_106_ABSENTE",
        "REDUCTION_106_SIGNE",
        "REDUCTION_106_MAUVAISE_PART",
        "REDUCTION_106_SUPERIEURE_AUX_COTISATIONS",
        "DEUX_REDUCTIONS_CUMULEES",
        "APPRENTI_109_ABSENTE",
        "APPRENTI_SEUIL_79",
    }
)
_BOUGHT: Mapping[str, Bought] = {
    "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION": _of_rate,
    "TAUX_INFERIEUR_A_ADHESION": _called_back,
    "T2_BORNEE_4_PSS": _of_t2,
    "T2_AU_TAUX_T1": _of_t2_at_t1,
    "COTISATION_131_ABSENTE": _of_131,
    "PART_PATRONALE_SEULE": _of_131,
    "PART_SALARIALE_SEULE": _of_131,
    "ANNULATION_SANS_REMPLACEMENT": _of_131,
    "SALARIE_DECLARE_DEUX_FOIS": _of_131,
    "BLOC_71_ABSENT": _of_131,
    "REGIME_71_ERRONE": _of_131,
    "STATUT_99_AFFILIE": _of_131,
}
"""By cause, what buys points in a missing contribution. A cause that is in no
table, a GPS's own for one, gives no figure beyond those of the bases."""
RULED = frozenset({*_BASES, *_WITHOUT_POINTS, *_BOUGHT})
"""The causes that a rule is written for."""


def line_points(
    line: MirrorLine, causes: Sequence[str], tolerance: Cents
) -> LinePoints | None:
    """The points of one month of one employee; None when no rule gives them.

    `causes`: the ids of those that hold its gap. Raises BeyondHorizon.
    """
    rates = Accounts.of(line)
    t1, t2 = _bases(line)
    left = line.gap.c131 - _worth(t1, t2, rates)
    bought: Fraction | None = Fraction()
    if abs(left) > tolerance:
        bought = _bought(line, rates, left, causes)
    if bought is None:
        return None
    return LinePoints(
        period=line.period,
        t1=t1,
        t2=t2,
        rate_t1=rates.t1,
        rate_t2=rates.t2,
        contributions=bought,
        price=point_price(line.period.first),
    )


def _bases(line: MirrorLine) -> tuple[Cents, Cents]:
    """T1 and T2, declared minus due: what leaves one tranche enters the other.

    Without a base 03 no second tranche is declared at all.
    """
    due = line.calculation.tranches
    t1 = line.declared_t1 - due.t1
    if not line.plain and not any(p.base.code == UNCAPPED for p in line.parts):
        return (0 if abs(t1) <= ROUNDING else t1), -due.t2
    return (0, 0) if abs(t1) <= ROUNDING else (t1, -t1)


def _worth(t1: Cents, t2: Cents, rates: Accounts) -> Cents:
    """What pension and CEG on these bases come to, in 131."""
    called, scheme = rates.called, rates.called.scheme
    first = apply_rate(t1, called.t1.total + scheme.ceg_t1.total)
    return first + apply_rate(t2, called.t2.total + scheme.ceg_t2.total)


def _bought(
    line: MirrorLine, rates: Accounts, left: Cents, causes: Sequence[str]
) -> Fraction | None:
    """What buys points in the rest of a gap; None when no rule tells it."""
    rules = {_BOUGHT[cause] for cause in causes if cause in _BOUGHT}
    others = [one for one in causes if one not in _BOUGHT and one not in _BASES]
    if not causes or not _WITHOUT_POINTS.issuperset(others) or len(rules) > 1:
        return None
    if not rules:
        return Fraction()
    if not all(one in _FORGOTTEN for one in others):
        return None
    buys_nothing = _without_points(line.calculation.tranches, rates)
    forgotten = sum(buys_nothing[part] for one in others for part in _FORGOTTEN[one])
    return rules.pop()(line, rates, left + round(forgotten))


def _without_points(due: Tranches, rates: Accounts) -> Mapping[str, Fraction]:
    scheme = rates.called.scheme
    return {
        "ceg_t1": _percent(due.t1, scheme.ceg_t1.total),
        "ceg_t2": _percent(due.t2, scheme.ceg_t2.total),
        "cet": _percent(due.cet, scheme.cet.total),
    }


def _percent(base: Cents, percent: Decimal) -> Fraction:
    return base * Fraction(percent) / 100
