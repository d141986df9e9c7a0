"""What an adviser reads: French words for the values of the analysis."""

from __future__ import annotations

import re
from collections.abc import Iterable

from miroir.types.adhesion import Headcount
from miroir.types.amounts import Cents, format_euros
from miroir.types.calculation import Basis
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import Diagnosis, Responsible, Scope, Status
from miroir.types.period import Month

SCOPES = {
    Scope.NATIONAL: "plusieurs entreprises",
    Scope.COMPANY: "toute l’entreprise",
    Scope.GROUP: "un groupe de salariés",
    Scope.EMPLOYEES: "certains salariés",
}
STATUSES = {
    Status.ESTABLISHED: "établi",
    Status.HYPOTHESIS: "hypothèse",
    Status.NOT_DECIDABLE: "non décidable",
    Status.LEGITIMATE: "légitime",
}
RESPONSIBLES = {
    Responsible.CLIENT: "le client",
    Responsible.EDITOR: "l’éditeur du logiciel de paie",
    Responsible.ADHESION: "le service adhésion",
    Responsible.GPS: "le GPS (intégration des données)",
    Responsible.REFERENT: "le référent technique",
}
BASES = {
    Basis.CUMULATED: "cumul depuis janvier ou l’embauche",
    # Why is in the remarks: months that are missing, or a shared ceiling.
    Basis.DECLARED_BASES: "bases déclarées",
    Basis.ESTIMATED: "mois manquants au salaire habituel",
    Basis.NOT_COMPUTED: "non calculé",
}
VERSIONS = {
    VersionStatus.CURRENT: "en vigueur",
    VersionStatus.SUPERSEDED: "remplacée",
    VersionStatus.DUPLICATE: "doublon",
    VersionStatus.REJECTED: "refusée",
}
_HEADCOUNTS = {
    Headcount.UNDER_50.value: "moins de 50 salariés",
    Headcount.FROM_50.value: "50 salariés et plus",
}
# The reading names the value that an adhesion file would hold.
_SUPPOSED = re.compile(rf"(?<=effectif supposé : )(?:{'|'.join(_HEADCOUNTS)})\b")

_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


def month(period: Month) -> str:
    """«janv. 2026»."""
    return f"{_MONTHS[period.month - 1]} {period.year}"


def months(periods: Iterable[Month]) -> str:
    """«janv.–mars, mai 2026»: runs of months, the year said once."""
    runs = _runs(sorted(set(periods)))
    parts: list[str] = []
    for index, (start, end) in enumerate(runs):
        following = runs[index + 1][0] if index + 1 < len(runs) else None
        year_follows = following is not None and following.year == end.year
        parts.append(_run(start, end, year_follows))
    return ", ".join(parts)


def _runs(periods: list[Month]) -> list[tuple[Month, Month]]:
    runs: list[tuple[Month, Month]] = []
    for period in periods:
        if runs and runs[-1][1].next == period:
            runs[-1] = (runs[-1][0], period)
        else:
            runs.append((period, period))
    return runs


def _run(start: Month, end: Month, year_follows: bool) -> str:
    last = _MONTHS[end.month - 1] if year_follows else month(end)
    if start == end:
        return last
    if start.year != end.year:
        return f"{month(start)}–{month(end)}"
    return f"{_MONTHS[start.month - 1]}–{last}"


def count(number: int, singular: str, plural: str = "") -> str:
    """«1 salarié», «1 204 salariés»; zero takes the singular in French."""
    noun = singular if number < 2 else plural or f"{singular}s"
    return f"{number:,}".replace(",", "\u202f") + f" {noun}"


def euros(cents: Cents) -> str:
    """«−1 234,56 €», with a true minus sign."""
    return format_euros(cents).replace("-", "\N{MINUS SIGN}")


def note(text: str) -> str:
    """A reading or a remark, without the values of adhesion files."""
    return _SUPPOSED.sub(lambda found: _HEADCOUNTS[found[0]], text)


def notes(texts: Iterable[str]) -> str:
    return " ; ".join(note(text) for text in texts)


def who_corrects(diagnosis: Diagnosis) -> str:
    """Who has something to do; nobody when the gap is legitimate."""
    if diagnosis.cause.legitimate or diagnosis.finding.status is Status.LEGITIMATE:
        return "personne, rien n’est à corriger"
    return RESPONSIBLES[diagnosis.cause.responsible]


def percent(diagnosis: Diagnosis) -> str:
    """«99,8 %» of the gaps concerned; empty when amounts do not tell."""
    explained = diagnosis.finding.explained
    if explained is None:
        return ""
    return f"{explained * 100:.1f}".replace(".", ",") + "\u00a0%"
