"""`miroir causes`: the causes that a diagnosis may name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_plugins, current_settings

if TYPE_CHECKING:
    from miroir.plugins import Provider
    from miroir.types.diagnosis import Cause

WIDTH = 96


@click.group()
def causes() -> None:
    """List the causes of gap, explain one."""


@causes.command("list")
@config_option
@FORMAT
def list_causes(format: str) -> None:
    """List every cause, those of plugins included, by id."""
    known = _known()
    if format == "json":
        print_json(
            {
                "schema": "miroir.causes/1",
                "causes": [_json(cause, provider) for cause, provider in known],
            }
        )
        return
    header = ("CAUSE", "LIBELLÉ", "QUI CORRIGE", "PLUGIN")
    print_table(
        header,
        (
            (cause.id, cause.label, _who(cause), provider.name)
            for cause, provider in known
        ),
    )


@causes.command("show")
@click.argument("id", metavar="CAUSE")
@config_option
@FORMAT
def show_cause(id: str, format: str) -> None:
    """Explain one cause: what it is, what would refute it, what to correct."""
    known = {cause.id: (cause, provider) for cause, provider in _known()}
    if id.upper() not in known:
        near = difflib.get_close_matches(id.upper(), known, n=3)
        meant = f" Nearest: {', '.join(near)}." if near else ""
        raise click.BadParameter(f"{id} is no cause.{meant} See `miroir causes list`.")
    cause, provider = known[id.upper()]
    if format == "json":
        print_json(_json(cause, provider))
        return
    click.echo(f"{cause.label} ({cause.id})")
    for title, text in (
        ("", cause.explanation),
        ("À traiter par", _who(cause)),
        ("Correction", cause.remedy),
        ("Ce qui l’infirmerait", cause.would_refute),
    ):
        said = f"{title} : {text}" if title else text
        click.echo()
        click.echo(
            click.wrap_text(said, WIDTH, initial_indent="  ", subsequent_indent="  ")
        )


def _known() -> list[tuple[Cause, Provider]]:
    """Causes of the diagnostics that are on, each once."""
    plugins = current_plugins(current_settings(required=False))
    found = {
        cause.id: (cause, provider)
        for diagnostic, provider in plugins.diagnostics()
        for cause in diagnostic.causes
    }
    return [found[id] for id in sorted(found)]


def _who(cause: Cause) -> str:
    from miroir.cli.output.french import RESPONSIBLES

    return "personne" if cause.legitimate else RESPONSIBLES[cause.responsible]


def _json(cause: Cause, provider: Provider) -> dict[str, object]:
    return {
        "id": cause.id,
        "catalogue": cause.catalogue or None,
        "label": cause.label,
        "explanation": cause.explanation,
        "responsible": cause.responsible.value,
        "would_refute": cause.would_refute,
        "remedy": cause.remedy,
        "legitimate": cause.legitimate,
        "plugin": provider.name,
    }
