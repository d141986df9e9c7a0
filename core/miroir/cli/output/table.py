"""The analysis on a terminal, or as plain text when it goes elsewhere."""

from __future__ import annotations

import io
from typing import BinaryIO

from rich.console import Console
from rich.text import Text

from miroir.cli.output.explanation import show_explanations
from miroir.cli.output.figures import Summary, summarise
from miroir.cli.output.french import count, euros
from miroir.cli.output.mask import Mask
from miroir.cli.output.table_company import show_company
from miroir.cli.output.table_diagnosis import show_diagnoses
from miroir.cli.output.table_refusals import show_refusals
from miroir.cli.output.table_samples import show_samples
from miroir.cli.output.typography import typographic
from miroir.types.amounts import Cents
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import Analysis

NARROWEST = 80
"""Below it a table cannot show its amounts: lines may wrap, nothing is cut."""

PLAIN_WIDTH = 120


def show_on_terminal(
    analysis: Analysis, mask: Mask, tolerance: Cents, explain: bool = False
) -> None:
    console = Console(highlight=False)
    if console.width < NARROWEST:
        console = Console(highlight=False, width=NARROWEST)
    show(analysis, mask, tolerance, console, explain)


def write_plain(
    analysis: Analysis,
    mask: Mask,
    tolerance: Cents,
    stream: BinaryIO,
    explain: bool = False,
) -> None:
    """Plain text of a fixed width: the same for every terminal and pipe."""
    text = io.StringIO()
    console = Console(
        file=text,
        width=PLAIN_WIDTH,
        force_terminal=False,
        color_system=None,
        highlight=False,
    )
    show(analysis, mask, tolerance, console, explain)
    lines = (line.rstrip() for line in text.getvalue().splitlines())
    stream.write(("\n".join(lines) + "\n").encode())


def show(
    analysis: Analysis,
    mask: Mask,
    tolerance: Cents,
    console: Console,
    explain: bool = False,
) -> None:
    for company in sorted(analysis.companies, key=lambda one: one.view.siren):
        show_company(company, mask, tolerance, console)
        show_diagnoses(company, mask, console)
        show_samples(company, mask, console)
    if explain:
        show_explanations(analysis, mask, console)
    show_refusals(analysis, mask, console)
    console.rule(style="dim")
    sentence = typographic(_sentence(summarise(analysis, tolerance)))
    console.print(Text(sentence, style="bold"), soft_wrap=True)


def _sentence(summary: Summary) -> str:
    versions = summary.versions
    declarations = [
        f"{versions[VersionStatus.CURRENT]:,} en vigueur".replace(",", "\u202f"),
        count(versions[VersionStatus.SUPERSEDED], "remplacée"),
        count(versions[VersionStatus.DUPLICATE], "doublon"),
        count(versions[VersionStatus.REJECTED], "refusée"),
    ]
    parts = [
        count(summary.files_read, "fichier lu", "fichiers lus"),
        f"déclarations : {', '.join(declarations)}",
        count(summary.refusals, "refus", "refus"),
        count(summary.employees, "salarié"),
        f"{summary.months} mois",
        f"{count(summary.gaps, 'écart')}, total {euros(summary.total)}",
    ]
    return " · ".join(parts)
