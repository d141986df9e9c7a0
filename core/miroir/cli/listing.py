"""Results as aligned columns that no terminal width cuts, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click

FORMAT = click.option(
    "--format",
    "format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the result is written.",
)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns two spaces apart; the last one is not padded."""
    lines = [header, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def print_json(document: object) -> None:
    """Write one document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
