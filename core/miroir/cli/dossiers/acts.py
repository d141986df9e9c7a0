"""Commands that move a dossier, take it, hand it over, note something."""

from __future__ import annotations

from datetime import datetime

import click

from miroir.cli.dossiers.desk import (
    acting,
    reason_option,
    siren_argument,
    tell,
    writing,
)

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("move")
@siren_argument
@click.argument("move")
@reason_option
@acting
def move(siren: str, move: str, reason: str, actor: str) -> None:
    """Move a dossier; `miroir dossiers show` lists the moves that are possible."""
    from miroir.dossier.states import STATES
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        dossier = acts.move(desk, siren, move, reason)
    tell(f"{siren} : {STATES[dossier.state]}.")


@click.command("close")
@siren_argument
@click.argument(
    "outcome",
    type=click.Choice(["corrected", "legitimate", "no_gap", "referred", "unresolved"]),
)
@reason_option
@acting
def close(siren: str, outcome: str, reason: str, actor: str) -> None:
    """Close a dossier; a refusal says all that stands in the way."""
    from miroir.dossier.states import OUTCOMES, Outcome
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        acts.close(desk, siren, Outcome(outcome), reason)
    tell(f"{siren} : clos, {OUTCOMES[Outcome(outcome)]}.")


@click.command("claim")
@siren_argument
@acting
def claim(siren: str, actor: str) -> None:
    """Work on a dossier: nobody else changes it until it is released."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        dossier = acts.claim(desk, siren)
        zone = desk.rules.zone
    assert dossier.claimed_until is not None
    until = dossier.claimed_until.astimezone(zone)
    tell(f"{siren} : réservé à {actor} jusqu’à {until:%H:%M le %d/%m/%Y}.")


@click.command("release")
@siren_argument
@acting
def release(siren: str, actor: str) -> None:
    """Leave a dossier to others."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        acts.release(desk, siren)
    tell(f"{siren} : libéré.")


@click.command("assign")
@siren_argument
@click.argument("adviser")
@click.option("--note", default="", help="What the next adviser must know.")
@acting
def assign(siren: str, adviser: str, note: str, actor: str) -> None:
    """Give a dossier to an adviser; with --note, hand it over."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        if note:
            acts.hand_over(desk, siren, adviser, note)
        else:
            acts.assign(desk, siren, adviser)
    tell(f"{siren} : confié à {adviser}.")


@click.command("note")
@siren_argument
@click.argument("text")
@acting
def note(siren: str, text: str, actor: str) -> None:
    """Add a note to the thread."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        acts.note(desk, siren, text)
    tell(f"{siren} : noté.")


@click.command("suspend")
@siren_argument
@click.argument("body", type=click.Choice(["urssaf", "msa"]))
@click.option("--until", type=DAY, help="Until further notice without it.")
@reason_option
@acting
def suspend(
    siren: str, body: str, until: datetime | None, reason: str, actor: str
) -> None:
    """Another body treats the same anomaly: nobody here is to call."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        day = until.date() if until else None
        acts.handled_elsewhere(desk, siren, body, reason, day)
    tell(f"{siren} : suspendu, déjà traité par {acts.BODIES[body]}.")


@click.command("resume")
@siren_argument
@reason_option
@acting
def resume(siren: str, reason: str, actor: str) -> None:
    """The other body is done: work the dossier here again."""
    from miroir.operations.dossiers import acts

    with writing(actor) as desk:
        acts.take_back(desk, siren, reason)
    tell(f"{siren} : repris.")
