"""Our own side: what a campaign holds and computes, beside the files.

Three truths are compared for each campaign line with amounts: what the valid
files declare, what the federation took as declared and computed, and our own
recomputation. A difference between the first two never comes from the company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from miroir.diagnostic.ceilings import Years
from miroir.diagnostic.explaining import amounts_under
from miroir.diagnostic.imagined import Case
from miroir.diagnostic.wrong_years import LAST_YEAR
from miroir.gap.detail import REDUCTIONS, choices
from miroir.types.amounts import Cents, format_euros
from miroir.types.calculation import MirrorLine
from miroir.types.campaign import CampaignLine
from miroir.types.declaration import Declaration, VersionStatus
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status
from miroir.types.period import Month

CAUSES = (
    "DSN_INTEGREE_DEUX_FOIS",
    "DSN_ACCEPTEE_NON_INTEGREE",
    "VERSION_REMPLACEE_CONSERVEE",
    "DSN_DE_SUBSTITUTION_NON_INTEGREE",
    "CATEGORIE_ABSENTE_DE_L_ADHESION",
    "PARAMETRE_FEDERAL_PERIME",
    "EXTRAIT_DIFFERENT_DES_FICHIERS",
)
OTHER_REDUCTIONS = REDUCTIONS - {"106"}
"""They are not recomputed, yet the federation takes them as declared."""
SUBSTITUTION = "09"
STANDARD_RATE = "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION"


@dataclass(frozen=True, slots=True)
class Truths:
    """One campaign line beside the lines of the mirror that it covers."""

    federal: CampaignLine
    own: Sequence[MirrorLine]
    tolerance: Cents

    @property
    def declared(self) -> Cents:
        return sum(line.declared.total + _other_reductions(line) for line in self.own)

    @property
    def due(self) -> Cents:
        return sum(line.calculation.due.total for line in self.own)

    def close(self, one: Cents, other: Cents) -> bool:
        """Roundings add up with the lines, by halves of a tolerance."""
        return abs(one - other) <= max(self.tolerance, self.tolerance * len(self.own))


def _other_reductions(line: MirrorLine) -> Cents:
    if line.plain:
        return 0
    return sum(
        each.amount or 0
        for part in line.parts
        for each in part.base.contributions
        if each.code in OTHER_REDUCTIONS
    )


def examine(company: CompanyView) -> Sequence[Finding]:
    """Findings on the lines of campaigns that bear amounts."""
    found: dict[tuple[str, str, Status], list[Truths]] = defaultdict(list)
    for federal in company.campaign:
        truths = Truths(federal, _covered(federal, company), company.tolerance)
        if truths.own:
            for cause, said, status in _causes(truths, company):
                found[cause, said, status].append(truths)
    return [
        _finding(cause, said, status, several, company)
        for (cause, said, status), several in found.items()
    ]


def _covered(federal: CampaignLine, company: CompanyView) -> list[MirrorLine]:
    return [
        line
        for line in company.mirror
        if line.computed
        and federal.siret in ("", line.siret)
        and federal.period in (None, line.period)
    ]


def _causes(truths: Truths, company: CompanyView) -> Iterator[tuple[str, str, Status]]:
    held, computed = truths.federal.declared, truths.federal.calculated
    if held is not None and not _holds(held, 1, truths, company):
        yield _integrated(held, truths, company)
    elif computed is not None and not truths.close(computed, truths.due):
        yield _computed(computed, truths, company)


def _integrated(
    held: Cents, truths: Truths, company: CompanyView
) -> tuple[str, str, Status]:
    """Why the federation holds another amount than the valid files."""
    if not held:
        return "DSN_ACCEPTEE_NON_INTEGREE", "", Status.ESTABLISHED
    if _holds(held, 2, truths, company):
        return "DSN_INTEGREE_DEUX_FOIS", "", Status.ESTABLISHED
    for version in company.versions:
        old = version.declaration
        if version.status is VersionStatus.SUPERSEDED and _replaces(
            old, held, truths, company
        ):
            said = f"version {old.order} au lieu de la dernière"
            return "VERSION_REMPLACEE_CONSERVEE", said, Status.ESTABLISHED
    if any(each.nature == SUBSTITUTION for each in _filed(truths, company)):
        return "DSN_DE_SUBSTITUTION_NON_INTEGREE", "", Status.HYPOTHESIS
    return "EXTRAIT_DIFFERENT_DES_FICHIERS", "", Status.NOT_DECIDABLE


def _holds(held: Cents, times: int, truths: Truths, company: CompanyView) -> bool:
    """So many times what is declared: of the month, or in its declarations, which
    may correct others."""
    own = {truths.declared, *choices(_filed(truths, company))}
    return any(truths.close(held, times * declared) for declared in own)


def _replaces(
    old: Declaration, held: Cents, truths: Truths, company: CompanyView
) -> bool:
    """The amount held is the one of an older version in the place of its own."""
    if truths.federal.siret not in ("", old.siret):
        return False
    newest = [d for d in _filed(truths, company) if d.key == old.key]
    # With 109 or without it: either way of declaring an apprentice.
    both = zip(choices([old]), choices(newest), strict=True)
    return bool(newest) and any(
        truths.close(held, truths.declared + before - after) for before, after in both
    )


def _filed(truths: Truths, company: CompanyView) -> list[Declaration]:
    months = {line.period for line in truths.own}
    return [
        each
        for each in company.current
        if each.period in months and truths.federal.siret in ("", each.siret)
    ]


def _computed(
    computed: Cents, truths: Truths, company: CompanyView
) -> tuple[str, str, Status]:
    """Why the federation computes another amount than we do."""
    years = Years(company.mirror)
    cases = [years.case(line) for line in truths.own]
    for name, cause, said in (
        (STANDARD_RATE, "CATEGORIE_ABSENTE_DE_L_ADHESION", "au taux de droit commun"),
        (LAST_YEAR, "PARAMETRE_FEDERAL_PERIME", "sur le plafond de l’année précédente"),
    ):
        if truths.close(computed, sum(_under(case, name, years) for case in cases)):
            return cause, f"montant fédéral égal au calcul {said}", Status.ESTABLISHED
    return "PARAMETRE_FEDERAL_PERIME", "", Status.HYPOTHESIS


def _under(case: Case, name: str, years: Years) -> Cents:
    """What would be due on a line if this error were the rule."""
    due = case.line.calculation.due
    if name == LAST_YEAR:
        made = [case.amounts(month) for month in years.on_last_ceiling(case)]
    else:
        made = list(amounts_under(case, frozenset({name})))
    return sum(made[0]) + due.c106 if made else due.total


def _finding(
    cause: str,
    said: str,
    status: Status,
    several: Sequence[Truths],
    company: CompanyView,
) -> Finding:
    first = several[0]
    held, computed = first.federal.declared, first.federal.calculated
    amounts = [
        f"déclaré {format_euros(first.declared)}",
        f"dû {format_euros(first.due)}",
        *([f"repris {format_euros(held)}"] if held is not None else []),
        *([f"calcul fédéral {format_euros(computed)}"] if computed is not None else []),
    ]
    where = f"{first.federal.file} ligne {first.federal.line} : {', '.join(amounts)}"
    periods: set[Month] = {line.period for each in several for line in each.own}
    filed = list(chain.from_iterable(_filed(each, company) for each in several))
    return Finding(
        cause=cause,
        scope=Scope.COMPANY,
        status=status,
        periods=tuple(sorted(periods)),
        evidence=tuple(each.evidence(each.block, "004") for each in filed[:5]),
        detail=" ; ".join(filter(None, (said, where))),
    )
