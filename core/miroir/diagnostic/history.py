"""Months whose past is missing: what they leave open, and what would settle it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from miroir.diagnostic.extent import in_french
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month


def would_decide(judged: Sequence[MirrorLine], company: CompanyView) -> str:
    """In French, what the months judged without their past leave open, and the
    months of pay that would settle it."""
    months = sorted(_lacking(judged, company))
    which = f"la paie de {_listed(months)}" if months else "les mois qui manquent"
    return (
        "une erreur de plafond peut y passer inaperçue, la base 02 étant prise comme"
        f" elle est déclarée ; ce qui trancherait : {which}"
    )


def _lacking(judged: Sequence[MirrorLine], company: CompanyView) -> set[Month]:
    """The months, since January or the hire, that these people do not have."""
    held: dict[object, set[Month]] = defaultdict(set)
    for line in company.mirror:
        held[_unit(line)].add(line.period)
    found: set[Month] = set()
    for line in judged:
        first = line.period.january
        if line.contract_state is not None:
            first = max(first, Month.of(line.contract_state.start))
        if first < line.period:
            found.update(set(first.until(line.period)) - held[_unit(line)])
    return found


def _unit(line: MirrorLine) -> object:
    return line.siret, line.person, line.contract


def _listed(months: Sequence[Month]) -> str:
    """«janvier 2026 à mai 2026» in a row, «mars 2026 et mai 2026» apart."""
    if len(months) > 2 and list(months[0].until(months[-1])) == list(months):
        return f"{in_french(months[0])} à {in_french(months[-1])}"
    *first, last = map(in_french, months)
    return f"{', '.join(first)} et {last}" if first else last
