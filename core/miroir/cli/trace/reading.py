"""Showing and exporting lines of the journal."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings

if TYPE_CHECKING:
    from miroir.operations.trace.reading import Told

C = TypeVar("C", bound=Callable[..., Any])


def chosen(command: C) -> C:
    """Give a command what chooses lines."""
    for option in (
        click.option("--after", default=0, metavar="LINE", help="After that line."),
        click.option("--subject", default="", help="Of a thing, such as dossier:12."),
        click.option("--person", default="", help="Of a pseudonym, e-… or c-…."),
        click.option("--siren", default="", help="Of a company."),
    ):
        command = option(command)
    return command


@click.command()
@chosen
@click.option("-n", "last", type=click.IntRange(1), default=50, show_default=True)
@click.option("--details", is_flag=True, help="With what is told of persons.")
@click.option("--reason", default="", help="Why details are read: it is noted.")
@click.option("--as", "actor", envvar="MIROIR_ADVISER", default=getpass.getuser)
@config_option
@FORMAT
def show(
    siren: str,
    person: str,
    subject: str,
    after: int,
    last: int,
    details: bool,
    reason: str,
    actor: str,
    format: str,
) -> None:
    """Show the last lines of the journal, or those of a company or a person."""
    from miroir.operations.trace import reading
    from miroir.operations.workplace import opened

    if details and not reason.strip():
        raise click.UsageError("--details needs --reason: it is noted in the journal")
    wanted = reading.Wanted(siren=siren, person=person, subject=subject, after=after)
    with opened(current_settings()) as workplace:
        if details:
            told = reading.show_details(workplace, wanted, last, actor, reason)
        else:
            told = reading.show(workplace, wanted, last)
        zone = workplace.rules.zone
    if format == "json":
        lines = [document(each) for each in told]
        print_json({"schema": "miroir.trace/1", "lines": lines})
        return
    _table(told, zone)


def _table(told: Iterable[Told], zone: tzinfo) -> None:
    print_table(
        ("LINE", "AT", "WHO", "ACT", "COMPANY", "WHAT", "OUTCOME", "MORE"),
        (
            (
                str(each.line.seq),
                f"{each.line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                each.line.actor,
                each.line.act,
                each.line.siren,
                short(each.line.subject),
                each.line.outcome,
                more(each),
            )
            for each in told
        ),
    )


def document(told: Told) -> dict[str, object]:
    """A line for programs."""
    line = told.line
    return {
        "line": line.seq,
        "at": line.at.isoformat(),
        "actor": line.actor,
        "act": line.act,
        "siren": line.siren,
        "subject": line.subject,
        "outcome": line.outcome,
        "facts": json.loads(line.facts),
        "versions": json.loads(line.versions),
        "person": line.person,
        "detail": None if told.detail is None else dict(told.detail),
    }


def short(subject: str) -> str:
    """«action:89dcc4975427»: enough of a key to tell it from others."""
    kind, colon, name = subject.partition(":")
    return f"{kind}{colon}{name[:12]}" if len(name) == 64 else subject


def more(told: Told) -> str:
    """Facts, without digests that nobody reads, then the detail."""
    facts: dict[str, object] = json.loads(told.line.facts)
    shown = [f"{name}={value}" for name, value in facts.items() if len(str(value)) < 64]
    if told.line.person:
        shown.append(told.line.person)
    if told.detail is not None:
        shown += [f"{name}={value}" for name, value in told.detail.items()]
    return " ".join(shown)


@click.command()
@chosen
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="The file; else stdout."
)
@config_option
def export(siren: str, person: str, subject: str, after: int, out: Path | None) -> None:
    """Write lines as JSON, one per line, with the heads that were signed.

    The whole journal can be verified by anyone, with the public key alone:
    `miroir trace verify --export FILE --public-key KEY`.
    """
    from miroir.cli.output import replacing
    from miroir.operations.trace import reading
    from miroir.operations.workplace import opened

    wanted = reading.Wanted(siren=siren, person=person, subject=subject, after=after)
    with opened(current_settings()) as workplace:
        lines = reading.export(workplace, wanted)
        if out is None:
            for line in lines:
                click.echo(line)
            return
        with replacing(out) as stream:
            stream.writelines(f"{line}\n".encode() for line in lines)
    click.echo(f"{out}: written", err=True)
