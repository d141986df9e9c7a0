"""`miroir synthesis PATH... | SIREN`: what is said of one company's case."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.one_company import (
    OneCompany,
    adhesions_option,
    as_of_option,
    company_option,
    found_at,
)
from miroir.cli.state import config_option

if TYPE_CHECKING:
    from miroir.synthesis.documents import Written

DOCUMENTS = ("call", "mail", "record")
LEVELS = ("novice", "payroll", "expert")
FORMS = ("text", "html", "pdf")
UNITS = ("characters", "utf-8", "iso-8859-1")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | SIREN")
@adhesions_option
@company_option
@click.option("--document", type=click.Choice(DOCUMENTS), default="call")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="payroll",
    help="What the person spoken to knows.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    envvar="MIROIR_RECORD_LIMIT",
    help="The most that a record may hold; whole sentences are kept.",
)
@click.option(
    "--count",
    "unit",
    type=click.Choice(UNITS),
    envvar="MIROIR_RECORD_COUNT",
    help="What the limit counts: characters (the default), or bytes of an encoding.",
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text")
@click.option("--names", is_flag=True, help="Name employees and contacts.")
@click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="MIROIR_TEMPLATES",
    help="A folder of templates that come before the ones shipped.",
)
@as_of_option
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@config_option
def synthesis(
    paths: Sequence[str],
    adhesions: Path | None,
    company: str | None,
    document: str,
    level: str,
    limit: int | None,
    unit: str | None,
    form: str,
    names: bool,
    templates: Path | None,
    as_of: date,
    output: Path | None,
) -> None:
    """Write the call sheet, the summary mail or the shared record of a company.

    From DSN files or folders, or from the store when a SIREN is given. Without
    --names no person is named. A text that would hold a social security
    number, a pay, a word about health or a judgement is refused.
    """
    from miroir.synthesis.building import case_of
    from miroir.synthesis.case import Reader
    from miroir.synthesis.documents import write
    from miroir.synthesis.limit import Unit
    from miroir.synthesis.vocabulary import Document
    from miroir.synthesis.wording import Level

    if form == "pdf" and output is None:
        raise click.UsageError("--format pdf writes a file: name it with -o FILE")
    if limit is not None and document != "record" and _on_command_line("limit"):
        raise click.UsageError("--limit goes with --document record")
    found = found_at(paths, adhesions, company)
    reader = Reader(level=Level(level), name_of=found.name_of, names=names)
    case = case_of(found.analysis, reader, as_of)
    fields = _fields(found, limit, unit, templates)
    if document != "record":
        fields = replace(fields, limit=None)
    written = write(
        Document(document),
        case,
        reader.level,
        form,
        limit=fields.limit,
        unit=Unit(fields.unit),
        folder=fields.templates,
    )
    _hand_over(written, form, output)
    if document == "record":
        _tell_size(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """What a GPS writes documents in."""

    limit: int | None
    unit: str
    templates: Path | None


def _fields(
    found: OneCompany, limit: int | None, unit: str | None, templates: Path | None
) -> _Fields:
    """As asked, else as the workplace is configured."""
    if found.settings is None:
        return _Fields(limit=limit, unit=unit or UNITS[0], templates=templates)
    own = found.settings.documents
    return _Fields(
        limit=limit or own.record_limit,
        unit=unit or own.record_count,
        templates=templates or own.templates,
    )


def _on_command_line(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def _hand_over(written: Written, form: str, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_bytes(written.content)
        except OSError as error:
            raise click.UsageError(
                f"{output}: cannot be written ({error.strerror}); give -o another path"
            ) from error
        return
    content = written.content
    click.echo(content, nl=form == "text" and not content.endswith(b"\n"))
    sys.stdout.flush()


def _tell_size(written: Written) -> None:
    """How long a record is, in the three ways that a field may count it."""
    from miroir.synthesis.limit import Unit, in_iso, size

    text = written.text
    iso = len(in_iso(text).encode(Unit.ISO_8859_1, "replace"))
    click.echo(
        f"{len(text)} characters, {size(text, Unit.UTF_8)} bytes in UTF-8,"
        f" {iso} bytes in ISO-8859-1, {len(written.left_out)} sentences left out",
        err=True,
    )
