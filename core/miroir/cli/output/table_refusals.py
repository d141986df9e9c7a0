"""What was not taken, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from miroir.cli.output.french import count
from miroir.cli.output.mask import Mask
from miroir.cli.output.table_company import title
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import Analysis
from miroir.types.source import Refusal

LONGEST = 20


def show_refusals(analysis: Analysis, mask: Mask, console: Console) -> None:
    _list("Refus", analysis.refusals, "red", mask, console)
    _rejected(analysis, mask, console)
    _list("Observations", analysis.observations, "yellow", mask, console)


def _list(
    heading: str,
    refusals: Sequence[Refusal],
    style: str,
    mask: Mask,
    console: Console,
) -> None:
    if not refusals:
        return
    title(heading, console)
    for refusal in refusals[:LONGEST]:
        place = mask.text(refusal.file)
        if refusal.line:
            place = f"{place}:{refusal.line}"
        _entry(place, refusal.code, mask.text(refusal.reason), style, console)
        if refusal.remedy:
            console.print(Text(f"      → {mask.text(refusal.remedy)}"))
    _rest(len(refusals) - LONGEST, console)


def _rejected(analysis: Analysis, mask: Mask, console: Console) -> None:
    rejected = [
        version
        for company in analysis.companies
        for version in company.view.versions
        if version.status is VersionStatus.REJECTED
    ]
    if not rejected:
        return
    title("Déclarations refusées", console)
    for version in rejected[:LONGEST]:
        declaration = version.declaration
        name = f"{declaration.siret} {declaration.period} n° {declaration.order}"
        place = mask.text(declaration.file)
        _entry(place, name, mask.text(version.reason), "red", console)
    _rest(len(rejected) - LONGEST, console)


def _entry(place: str, code: str, reason: str, style: str, console: Console) -> None:
    head = Text("    ") + Text(place) + Text(f"  {code}", style=style)
    console.print(head, soft_wrap=True)
    console.print(Text(f"      {reason}"))


def _rest(more: int, console: Console) -> None:
    if more > 0:
        others = count(more, "autre")
        console.print(
            f"    … et {others} ; pour tout voir : --format json", style="italic"
        )
