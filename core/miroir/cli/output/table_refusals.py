"""What was not taken, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from miroir.cli.output.french import count
from miroir.cli.output.mask import Mask
from miroir.cli.output.refusals_fr import told, why_rejected
from miroir.cli.output.table_company import title
from miroir.cli.output.typography import say, typographic
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import Analysis
from miroir.types.source import Refusal

LONGEST = 20

PLACES = 3
"""Places shown for one observation; JSON holds them all."""

_INDENT = 6


def show_refusals(analysis: Analysis, mask: Mask, console: Console) -> None:
    _refused(analysis.refusals, mask, console)
    _rejected(analysis, mask, console)
    _observed(analysis.observations, mask, console)


def _refused(refusals: Sequence[Refusal], mask: Mask, console: Console) -> None:
    if not refusals:
        return
    title("Refus", console)
    for refusal in refusals[:LONGEST]:
        found = told(refusal)
        _head(_place(refusal, mask), refusal.code, "red", console)
        say(console, mask.text(found.reason), indent=_INDENT)
        _remedy(found.remedy, mask, console)
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
        _head(mask.text(declaration.file), name, "red", console)
        say(console, mask.text(why_rejected(version.reason)), indent=_INDENT)
    _rest(len(rejected) - LONGEST, console)


def _observed(observations: Sequence[Refusal], mask: Mask, console: Console) -> None:
    """Once per code: a remark often holds for every file of a software."""
    if not observations:
        return
    title("Observations", console)
    by_code: dict[str, list[Refusal]] = {}
    for observation in observations:
        by_code.setdefault(observation.code, []).append(observation)
    for code, same in list(by_code.items())[:LONGEST]:
        _observation(code, same, mask, console)
    _rest(len(by_code) - LONGEST, console)


def _observation(
    code: str, same: Sequence[Refusal], mask: Mask, console: Console
) -> None:
    files = count(len({one.file for one in same}), "fichier")
    head = Text.assemble("    ", (code, "yellow"), f"  {files}")
    console.print(head, soft_wrap=True)
    every = [told(one) for one in same]
    alike = len({found.precise for found in every}) == 1
    reason = every[0].reason if alike else every[0].meaning
    if reason:
        say(console, mask.text(reason), indent=_INDENT)
    for remedy in list(dict.fromkeys(found.remedy for found in every))[:PLACES]:
        _remedy(remedy, mask, console)
    for one, found in list(zip(same, every, strict=True))[:PLACES]:
        precise = "" if alike else f"  {typographic(mask.text(found.precise))}"
        place = Text(" " * _INDENT + _place(one, mask) + precise, style="dim")
        console.print(place, soft_wrap=True)
    _rest(len(same) - PLACES, console, _INDENT)


def _head(place: str, code: str, style: str, console: Console) -> None:
    head = Text("    ") + Text(place) + Text(f"  {code}", style=style)
    console.print(head, soft_wrap=True)


def _place(refusal: Refusal, mask: Mask) -> str:
    file = mask.text(refusal.file)
    return f"{file}:{refusal.line}" if refusal.line else file


def _remedy(remedy: str, mask: Mask, console: Console) -> None:
    if remedy:
        say(console, f"→ {mask.text(remedy)}", indent=_INDENT)


def _rest(more: int, console: Console, indent: int = 4) -> None:
    if more > 0:
        said = f"… et {count(more, 'autre')} ; pour tout voir : --format json"
        say(console, (said, "italic"), indent=indent)
