"""Who gets a dossier: portfolio first, then skill, then load."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from miroir.synthesis.french import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Adviser:
    """An adviser as the rules see one.

    `portfolio`: SIREN followed in person. `skills`: ids of causes. `most`:
    open dossiers beyond which nothing is given by rule, 0 for no limit.
    `away_until`: nothing is given by rule until that day, included.
    """

    name: str
    portfolio: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    most: int = 0
    away_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who, and why, in French. `adviser` is empty when nobody can."""

    adviser: str
    why: str


def choose(
    siren: str,
    causes: Collection[str],
    advisers: Sequence[Adviser],
    load: Mapping[str, int],
    on: date,
) -> Choice:
    """The adviser that the rules give a dossier to.

    `load`: open dossiers of each. The same arguments give the same choice.
    """
    if not advisers:
        return Choice(adviser="", why="aucun conseiller n’est configuré")
    able = [adviser for adviser in advisers if _free(adviser, load, on)]
    own = [adviser for adviser in able if siren in adviser.portfolio]
    if own:
        return Choice(adviser=own[0].name, why="portefeuille")
    if not able:
        return Choice(adviser="", why="tous les conseillers sont absents ou complets")
    skilled = [adviser for adviser in able if adviser.skills & set(causes)]
    least = min(skilled or able, key=lambda each: (load.get(each.name, 0), each.name))
    what = "compétence" if skilled else "volume"
    had = count(load.get(least.name, 0), "dossier")
    return Choice(adviser=least.name, why=f"{what} ({had} en cours)")


def _free(adviser: Adviser, load: Mapping[str, int], on: date) -> bool:
    here = adviser.away_until is None or on > adviser.away_until
    return here and (not adviser.most or load.get(adviser.name, 0) < adviser.most)
