"""`miroir dossiers call`: the guided form of a call, asked or from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.dossiers.desk import acting, reading, siren_argument, tell, writing
from miroir.cli.listing import print_json

if TYPE_CHECKING:
    from miroir.dossier.forms import Direction, Field


@click.command("call")
@siren_argument
@click.option("--incoming", is_flag=True, help="The client called.")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Answers as a JSON object, by name of field.",
)
@click.option("--form", "show_form", is_flag=True, help="Only show the fields.")
@acting
def call(
    siren: str, incoming: bool, source: Path | None, show_form: bool, actor: str
) -> None:
    """Go through a call with its guided form, and record it.

    Asks one field after another, and shows what may be said once the mandate
    is known. The dossier is claimed while the form is filled in; nothing else
    is written before the end.
    """
    from miroir.dossier.forms import Direction, form

    direction = Direction.INCOMING if incoming else Direction.OUTGOING
    if show_form:
        print_json({"schema": "miroir.call-form/1", "fields": _fields(form(direction))})
        return
    from miroir.dossier.states import STATES
    from miroir.operations.dossiers.calls import record_call

    with nullcontext() if source or incoming else _alone(siren, actor):
        answers = _from_file(source) if source else _asked(siren, direction)
        with writing(actor) as desk:
            record_call(desk, siren, direction, answers)
            dossier = desk.tables.cases.get(siren)
    tell(f"{siren} : appel enregistré, dossier {STATES[dossier.state]}.")


@contextmanager
def _alone(siren: str, actor: str) -> Iterator[None]:
    """Nobody else works on the dossier while its form is filled in."""
    from miroir.dossier.lease import holder
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        held = holder(desk.tables.cases.get(siren), desk.now) == actor
        acts.claim(desk, siren)
    try:
        yield
    finally:
        if not held:
            with writing(actor) as desk:
                acts.release(desk, siren)


def _fields(fields: tuple[Field, ...]) -> list[dict[str, object]]:
    from miroir.cli.dossiers.document import plain_fields

    return [plain_fields(one) for one in fields]


def _from_file(source: Path) -> Mapping[str, object]:
    try:
        found = json.loads(source.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise click.UsageError(
            f"{source}: not a JSON object in UTF-8 ({error})"
        ) from error
    if not isinstance(found, dict):
        raise click.UsageError(f"{source}: not a JSON object; see --form")
    return found


def _asked(siren: str, direction: Direction) -> Mapping[str, object]:
    """Every field that comes after the answers given, until the last one."""
    from miroir.dossier.forms import next_field

    answers: dict[str, str] = {}
    hints = _before(siren, direction)
    while (one := next_field(direction, answers)) is not None:
        for line in hints.get(one.name, ()):
            tell(f"  {line}")
        answers[one.name] = _ask(one)
        if one.name in ("mandate", "mandate_until"):
            _show_speech(siren, answers)
        if one.name == "request_type":
            _show_advice(siren, answers[one.name])
    return answers


def _before(siren: str, direction: Direction) -> dict[str, tuple[str, ...]]:
    """What is shown before some fields; refuses a call that must not be made."""
    from miroir.dossier.forms import Direction
    from miroir.operations.dossiers.acts import require_contact
    from miroir.operations.dossiers.commitments import proposed_days

    with reading() as desk:
        dossier = desk.tables.cases.find(siren)
        if dossier is not None and direction is Direction.OUTGOING:
            require_contact(dossier, desk.today)
        elif dossier is None and direction is Direction.OUTGOING:
            desk.tables.cases.get(siren)
        days = ", ".join(day.isoformat() for day in proposed_days(desk, siren))
        told: tuple[str, ...] = ()
        if dossier is not None:
            thread = desk.tables.cases.thread(dossier.id)
            told = tuple(event.text for event in thread[-3:])
    first = "reached" if direction is Direction.OUTGOING else "presented"
    return {first: told, "proposed_on": (f"Échéances tenables : {days}",)}


def _ask(one: Field) -> str:
    """The answer to one field; an optional one may be left empty."""
    from miroir.dossier.forms import Kind

    label = one.label if one.required else f"{one.label} (facultatif)"
    if one.choices:
        for value, text in one.choices.items():
            click.echo(f"    {value} : {text}")
        known = click.Choice([*one.choices, *([] if one.required else [""])])
        default = None if one.required else ""
        return str(click.prompt(label, type=known, default=default, show_choices=False))
    if one.kind is Kind.LIST:
        return _ask_lines(label)
    default = None if one.required else ""
    return str(click.prompt(label, default=default, show_default=False))


def _ask_lines(label: str) -> str:
    click.echo(f"{label}, ligne vide pour finir")
    found: list[str] = []
    while line := click.prompt("  ", default="", show_default=False, prompt_suffix=""):
        found.append(line)
    return "\n".join(found)


def _show_speech(siren: str, answers: Mapping[str, str]) -> None:
    from miroir.dossier.mandate import Interlocutor, Mandate, Role
    from miroir.operations.dossiers.speech import speech
    from miroir.operations.dossiers.views import view_of

    with reading() as desk:
        if desk.tables.cases.find(siren) is None:
            return
        mandate = Mandate(answers["mandate"])
        someone = Interlocutor(
            name=answers["interlocutor"],
            role=Role(answers["role"]),
            mandate=mandate,
            checked_on=None if mandate is Mandate.NONE else desk.today,
        )
        for line in speech(view_of(desk, siren), someone):
            click.echo(f"  {line}")


def _show_advice(siren: str, request_type: str) -> None:
    from miroir.operations.dossiers.calls import advised

    with reading() as desk:
        kind, why = advised(desk, siren, request_type)
    said = "immédiate" if kind == "immediate" else "différée"
    tell(f"  Réponse {said} conseillée : {why}.")
