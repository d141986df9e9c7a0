"""`miroir causes`: the causes of gap, those that a diagnosis may name and the rest."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_plugins, current_settings

if TYPE_CHECKING:
    from miroir.plugins.causes import KnownCause

WIDTH = 96
SEVERAL = 2
"""Wordings are shown in the plural."""


@click.group()
def causes() -> None:
    """List the causes of gap, explain one."""


@causes.command("list")
@click.option(
    "--detected/--undetected",
    "detected",
    default=None,
    help="Only the causes that a diagnostic finds, or only the others.",
)
@config_option
@FORMAT
def list_causes(detected: bool | None, format: str) -> None:
    """List every cause, those of plugins included, by id."""
    known = [one for one in _known() if detected in (None, one.detected)]
    if format == "json":
        print_json(
            {"schema": "miroir.causes/1", "causes": [_json(one) for one in known]}
        )
        return
    header = ("CAUSE", "LIBELLÉ", "QUI CORRIGE", "TROUVÉE PAR", "PLUGIN")
    print_table(
        header,
        (
            (
                one.cause.id,
                one.cause.label,
                _who(one),
                ", ".join(one.detectors) or "—",
                one.provider.name if one.provider else "—",
            )
            for one in known
        ),
    )


@causes.command("show")
@click.argument("id", metavar="CAUSE")
@config_option
@FORMAT
def show_cause(id: str, format: str) -> None:
    """Explain one cause: three levels, how it shows, what refutes it, what to do."""
    known = {one.cause.id: one for one in _known()}
    if id.upper() not in known:
        near = difflib.get_close_matches(id.upper(), known, n=3)
        meant = f" Nearest: {', '.join(near)}." if near else ""
        raise click.BadParameter(f"{id} is no cause.{meant} See `miroir causes list`.")
    one = known[id.upper()]
    if format == "json":
        print_json(_json(one))
        return
    number = f", n° {one.cause.catalogue}" if one.cause.catalogue else ""
    click.echo(_typographic(f"{one.cause.label} ({one.cause.id}{number})"))
    for title, texts in _sections(one):
        click.echo(f"\n{title}")
        for text in texts:
            click.echo(_paragraph(text))


def _sections(one: KnownCause) -> Iterator[tuple[str, Sequence[str]]]:
    """Titles and paragraphs; what the cause does not say is left out."""
    from miroir.synthesis.wording import Level, explanation, question, request

    cause = one.cause
    yield from _said(
        ("Pour qui ne connaît pas la paie", explanation(cause, Level.NOVICE, SEVERAL)),
        ("Pour qui tient une paie", cause.explanation),
        ("Pour un expert", cause.expert),
        ("Comment elle se voit", cause.shows),
        ("Ce qui l’infirmerait", cause.would_refute),
        ("La question qui décide", question(cause, SEVERAL)),
        ("Qui corrige", _who(one).capitalize() + "."),
        ("Ce qui est à corriger", cause.remedy),
        ("Ce qui se demande à un novice", request(cause, Level.NOVICE, SEVERAL)),
    )
    yield _found(one)
    if cause.sources:
        yield "Sources", [f"– {source}" for source in cause.sources]
    yield from _said(("Non vérifié", cause.unverified))


def _said(*sections: tuple[str, str]) -> Iterator[tuple[str, Sequence[str]]]:
    return ((title, (text,)) for title, text in sections if text)


def _found(one: KnownCause) -> tuple[str, Sequence[str]]:
    if one.provider is None:
        return "Pourquoi les données ne la montrent pas", (one.cause.undetected,)
    names = ", ".join(one.detectors)
    noun = "Diagnostic" if len(one.detectors) == 1 else "Diagnostics"
    return "Trouvée par", (f"{noun} {names}, plugin {one.provider.name}.",)


def _paragraph(text: str) -> str:
    return click.wrap_text(
        _typographic(text), WIDTH, initial_indent="  ", subsequent_indent="  "
    )


def _typographic(text: str) -> str:
    from miroir.cli.output.typography import typographic

    return typographic(text)


def _known() -> Sequence[KnownCause]:
    from miroir.plugins.causes import known_causes

    return known_causes(current_plugins(current_settings(required=False)))


def _who(one: KnownCause) -> str:
    from miroir.cli.output.french import RESPONSIBLES

    cause = one.cause
    return "personne" if cause.legitimate else RESPONSIBLES[cause.responsible]


def _json(one: KnownCause) -> dict[str, object]:
    from miroir.synthesis.wording import wording_of

    cause, words = one.cause, wording_of(one.cause)
    return {
        "id": cause.id,
        "catalogue": cause.catalogue or None,
        "family": one.family,
        "label": cause.label,
        "explanation": cause.explanation,
        "levels": {
            "novice": words.plain,
            "payroll": cause.explanation,
            "expert": cause.expert or None,
        },
        "shows": cause.shows or None,
        "responsible": cause.responsible.value,
        "would_refute": cause.would_refute,
        "question": words.question or None,
        "remedy": cause.remedy,
        "ask": words.ask,
        "legitimate": cause.legitimate,
        "detectors": list(one.detectors),
        "undetected": cause.undetected or None,
        "sources": list(cause.sources),
        "unverified": cause.unverified or None,
        "plugin": one.provider.name if one.provider else None,
    }
