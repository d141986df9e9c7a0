"""Adhesion conditions as the declarations say that they should be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from miroir import parameters
from miroir.correction.plan import Action, Verdict
from miroir.types.adhesion import AdhesionCondition
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView

HIGHER_RATE = "TAUX_SUPERIEUR_A_ADHESION"
_TENTH = Decimal("0.1")


def proposed(
    company: CompanyView, actions: Sequence[Action]
) -> tuple[AdhesionCondition, ...]:
    """The conditions with the higher rate that the company applies, where that
    is what is found; empty when no condition has to change.

    The rate of T1 is the one that most lines of a category have, to the tenth.
    """
    months = [
        action
        for action in actions
        if action.cause.id == HIGHER_RATE and action.verdict is Verdict.ADHESION
    ]
    if not months:
        return ()
    periods = {period for action in months for period in action.periods}
    # With the lines that have no gap: one employee's rate is no agreement's.
    lines = [
        line for line in company.mirror if line.computed and line.period in periods
    ]
    changed = [_raised(one, lines) for one in company.conditions]
    if not company.conditions:
        changed = list(_missing(company, lines))
    return tuple(changed) if tuple(changed) != company.conditions else ()


def _raised(
    condition: AdhesionCondition, lines: Iterable[MirrorLine]
) -> AdhesionCondition:
    own = [line for line in lines if line.calculation.condition == condition]
    rate = _implied(condition.rate_t1, own)
    if rate is None or rate <= condition.rate_t1:
        return condition
    return replace(condition, rate_t1=rate)


def _implied(rate: Decimal, lines: Iterable[MirrorLine]) -> Decimal | None:
    """The rate, before the call rate, that most lines were declared at."""
    found: Counter[Decimal] = Counter()
    for line in lines:
        first = line.calculation.tranches.t1
        if first > 0:
            called = Decimal(line.gap.c131) * 100 / first
            scheme = parameters.scheme(line.period.first)
            found[(rate + called * 100 / scheme.call_rate).quantize(_TENTH)] += 1
    return max(found, key=lambda one: (found[one], one)) if found else None


def _missing(
    company: CompanyView, lines: Sequence[MirrorLine]
) -> Iterable[AdhesionCondition]:
    """Standard conditions raised, for each category that has none."""
    groups: dict[tuple[str, str], list[MirrorLine]] = defaultdict(list)
    for line in lines:
        if line.contract_state is not None:
            groups[line.siret, line.contract_state.status].append(line)
    for (siret, category), own in sorted(groups.items()):
        first = min(line.period for line in own).january.first
        scheme = parameters.scheme(first)
        yield AdhesionCondition(
            siren=company.siren,
            siret=siret,
            category=category,
            valid_from=first,
            valid_until=None,
            rate_t1=max(
                _implied(scheme.standard_t1, own) or scheme.standard_t1,
                scheme.standard_t1,
            ),
            rate_t2=scheme.standard_t2,
            employer_share=scheme.standard_employer_share,
            idcc="",
            institution="",
            periodicity="",
            headcount=None,
        )
