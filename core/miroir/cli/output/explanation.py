"""How each amount was made, line by line, for one who asks."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from miroir.cli.output.french import month
from miroir.cli.output.mask import Mask
from miroir.types.amounts import format_euros
from miroir.types.calculation import Basis, MirrorLine, Step
from miroir.types.diagnosis import Analysis, CompanyAnalysis

BASES = {
    Basis.CUMULATED: "cumul depuis janvier ou l’embauche",
    Basis.DECLARED_BASES: "bases déclarées",
    Basis.NOT_COMPUTED: "non calculé",
}


def show_explanations(analysis: Analysis, mask: Mask, console: Console) -> None:
    """Every employee and month, in the order of the mirror."""
    for company in analysis.companies:
        console.print()
        console.print(Text(f"Calcul, SIREN {company.view.siren}", style="bold"))
        for line in _ordered(company, mask):
            _show(line, mask, console)


def _ordered(company: CompanyAnalysis, mask: Mask) -> list[MirrorLine]:
    def key(line: MirrorLine) -> tuple[object, ...]:
        return line.siret, mask.name_of(line.person), line.contract, line.period

    return sorted(company.view.mirror, key=key)


def _show(line: MirrorLine, mask: Mask, console: Console) -> None:
    calculation = line.calculation
    title = (
        f"{mask.name_of(line.person)}, contrat {mask.text(line.contract)},"
        f" {month(line.period)} : déclaré {format_euros(line.declared.total)},"
        f" calculé {format_euros(calculation.due.total)}"
        f" ({BASES[calculation.basis]})"
    )
    console.print()
    console.print(Text(f"  {title}", style="bold"), soft_wrap=True)
    for text in _texts(line):
        console.print(Text(f"    {text}"), soft_wrap=True)
    for note in (*calculation.readings, *calculation.remarks):
        console.print(Text(f"    noté : {mask.text(note)}", style="dim"))


def _texts(line: MirrorLine) -> Iterator[str]:
    steps = line.calculation.steps
    if not steps:
        return
    labels = max(len(step.label) for step in steps)
    amounts = max(len(format_euros(step.amount)) for step in steps)
    for step in steps:
        amount = format_euros(step.amount).rjust(amounts)
        yield f"{step.label.ljust(labels)}  {amount}  {_how(step)}"


def _how(step: Step) -> str:
    inputs = ", ".join(f"{name} {value}" for name, value in step.inputs)
    return f"{inputs} · {step.rule}" if inputs else step.rule
