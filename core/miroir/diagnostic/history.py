"""Months whose past is missing: what they leave open, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence

from miroir.diagnostic.extent import in_french
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView
from miroir.types.period import Month


def would_decide(judged: Sequence[MirrorLine], company: CompanyView) -> str:
    """In French, what the months judged without their past leave open, and the DSN
    that would settle it."""
    months = sorted(_lacking(judged, company))
    if not months:
        which = "les mois qui manquent depuis janvier ou l’embauche trancheraient"
    elif len(months) == 1:
        which = f"la DSN de {in_french(months[0])} trancherait"
    else:
        which = f"les DSN de {_listed(months)} trancheraient"
    return (
        "une erreur de plafond peut y passer inaperçue, la base 02 étant prise comme"
        f" elle est déclarée ; {which}"
    )


def _lacking(judged: Sequence[MirrorLine], company: CompanyView) -> set[Month]:
    """The months without a DSN, since January, of these establishments."""
    sirets = {line.siret for line in judged}
    found = {month for siret, month in company.missing if siret in sirets}
    for siret in sirets:
        held = [line.period for line in company.mirror if line.siret == siret]
        first = min(held)
        if first != first.january:
            found.update(first.january.until(first.previous))
    return found


def _listed(months: Sequence[Month]) -> str:
    """«janvier 2026 à mai 2026» in a row, «mars 2026 et mai 2026» apart."""
    if len(months) > 2 and [*months[0].until(months[-1])] == [*months]:
        return f"{in_french(months[0])} à {in_french(months[-1])}"
    *first, last = map(in_french, months)
    return f"{', '.join(first)} et {last}"
