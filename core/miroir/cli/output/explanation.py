"""How each amount was made, line by line, for one who asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from miroir.cli.output.figures import mirror_of
from miroir.cli.output.french import BASES, euros, month, notes
from miroir.cli.output.mask import Mask
from miroir.cli.output.typography import typographic
from miroir.types.calculation import MirrorLine, Step
from miroir.types.diagnosis import Analysis

# «4005.00» in an input; never a part of «40.044.1» or of «R.242-2».
_NUMBER = re.compile(r"(?<![\w.,-])-?[0-9]+\.[0-9]+(?![\w.,]*[\w])")


def show_explanations(analysis: Analysis, mask: Mask, console: Console) -> None:
    """Every employee and month, in the order of the mirror."""
    for company in analysis.companies:
        console.print()
        console.print(Text(f"Calcul, SIREN {company.view.siren}", style="bold"))
        for line in mirror_of(company, mask):
            _show(line, mask, console)


def _show(line: MirrorLine, mask: Mask, console: Console) -> None:
    calculation = line.calculation
    title = (
        f"{mask.name_of(line.person)}, contrat {mask.text(line.contract)},"
        f" {month(line.period)} : déclaré {euros(line.declared.total)},"
        f" calculé {euros(calculation.due.total)}"
        f" ({BASES[calculation.basis]})"
    )
    console.print()
    console.print(Text(f"  {typographic(title)}", style="bold"), soft_wrap=True)
    for text in _texts(calculation.steps):
        console.print(Text(f"    {text}"), soft_wrap=True)
    noted = notes((*calculation.readings, *calculation.remarks))
    if noted:
        said = typographic(f"noté : {mask.text(noted)}")
        console.print(Text(f"    {said}", style="dim"), soft_wrap=True)


def _texts(steps: Sequence[Step]) -> Iterator[str]:
    """The steps, each with the number of its source; then the sources."""
    labels = max((len(step.label) for step in steps), default=0)
    amounts = max((len(euros(step.amount)) for step in steps), default=0)
    sources: dict[str, int] = {}
    before: Step | None = None
    for step in steps:
        number = sources.setdefault(step.rule, len(sources) + 1)
        same = before is not None and before.inputs == step.inputs != ()
        how = "de même" if same else ", ".join(_inputs_of(step))
        amount = euros(step.amount).rjust(amounts)
        made = f"{how} [{number}]".lstrip()
        yield f"{step.label.ljust(labels)}  {amount}  {made}"
        before = step
    for rule, number in sources.items():
        yield f"[{number}] {typographic(rule)}"


def _inputs_of(step: Step) -> list[str]:
    return [f"{name} {in_french(value)}" for name, value in step.inputs]


def in_french(value: str) -> str:
    """«4005.00» as «4 005,00», «4.72 %» as «4,72 %»; JSON keeps the dots."""
    return typographic(_NUMBER.sub(_grouped, value))


def _grouped(found: re.Match[str]) -> str:
    return f"{Decimal(found[0]):,}".replace(",", "\u202f").replace(".", ",")
