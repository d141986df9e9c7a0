"""What is known of the gaps of a company, and how surely."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from miroir.cli.output import french
from miroir.cli.output.mask import Mask
from miroir.cli.output.table_company import few, title
from miroir.cli.output.typography import Part, say
from miroir.synthesis.told import sentences_of
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Scope, Status

PROOFS = 3
"""Evidences shown on screen; JSON holds them all."""

READABLE = 100
"""Sentences are folded there, however wide the screen."""

_STYLES = {
    Status.ESTABLISHED: "bold green",
    Status.HYPOTHESIS: "bold yellow",
    Status.NOT_DECIDABLE: "bold magenta",
    Status.LEGITIMATE: "bold blue",
}


def show_diagnoses(company: CompanyAnalysis, mask: Mask, console: Console) -> None:
    if not company.diagnoses:
        return
    title("Ce que l’on en sait", console)
    for diagnosis in sorted(company.diagnoses, key=lambda one: one.rank):
        _show(diagnosis, mask, console)


def _show(diagnosis: Diagnosis, mask: Mask, console: Console) -> None:
    cause, finding = diagnosis.cause, diagnosis.finding
    status = (french.STATUSES[finding.status], _STYLES[finding.status])
    label = (f"{diagnosis.rank}. {cause.label}", "bold")
    _say(console, label, " — ", status, indent=2)
    _say(console, _figures(diagnosis))
    _say(console, cause.explanation)
    if finding.scope in (Scope.EMPLOYEES, Scope.GROUP):
        persons = sorted({mask.name_of(person) for person in finding.persons})
        _field("Salariés", few(persons), console)
    _field("Constat", mask.text(sentences_of(finding.detail, cause)), console)
    _field("Seuils du GPS", " ; ".join(diagnosis.under), console)
    _field("À traiter par", french.who_corrects(diagnosis), console)
    _field("Correction", cause.remedy, console)
    for key, value in finding.remedy.items():
        _field(key, mask.text(value), console)
    _field("Ce qui l’infirmerait", cause.would_refute, console)
    _proofs(finding.evidence, mask, console)
    console.print()


def _figures(diagnosis: Diagnosis) -> str:
    finding = diagnosis.finding
    parts = [french.SCOPES[finding.scope], french.months(finding.periods)]
    if finding.persons:
        parts.append(french.count(len(set(finding.persons)), "salarié"))
    if finding.amount:
        parts.append(french.euros(finding.amount))
    share = french.percent(diagnosis)
    if share:
        parts.append(f"explique {share} des écarts")
    parts.append(diagnosis.cause.id)
    return " · ".join(part for part in parts if part)


def _proofs(evidence: Sequence[Evidence], mask: Mask, console: Console) -> None:
    for index, one in enumerate(evidence[:PROOFS]):
        place = f"{mask.text(one.file)}:{one.line}"
        proof = Text("Preuves\u00a0: " if index == 0 else "          ", style="dim")
        # A path folded in two could no longer be clicked or copied.
        proof.append(f"{place} {one.rubrique} = {mask.value(one)}")
        console.print(Text("     ") + proof, soft_wrap=True)
    more = len(evidence) - PROOFS
    if more > 0:
        others = french.count(more, "autre")
        _say(console, f"… et {others} ; pour tout voir : --format json", indent=15)


def _field(name: str, value: str, console: Console) -> None:
    if value:
        _say(console, (f"{name} : ", "dim"), value)


def _say(console: Console, *parts: Part, indent: int = 5) -> None:
    say(console, *parts, indent=indent, most=READABLE)
