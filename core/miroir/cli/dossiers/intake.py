"""`miroir dossiers open`: a signal that a person brings."""

from __future__ import annotations

import uuid

import click

from miroir.cli.dossiers.desk import acting, siren_argument, tell, writing

_CHANNELS = ("adviser", "basket", "call", "callback", "mail")


@click.command("open")
@siren_argument
@click.option("--channel", type=click.Choice(_CHANNELS), default="adviser")
@click.option("--subject", default="", metavar="TEXT", help="What it is about.")
@click.option("--reference", default="", help="Its number in another tool, or a CRM.")
@click.option("--adviser", default="", help="Whose basket it came from.")
@acting
def open_dossier(
    siren: str, channel: str, subject: str, reference: str, adviser: str, actor: str
) -> None:
    """Open the dossier of a company, or attach a signal to the one it has.

    With --reference the same signal is never taken twice.
    """
    from miroir.dossier.model import Channel, Signal
    from miroir.operations.dossiers.intake import receive

    with writing(actor) as desk:
        received = receive(
            desk,
            Signal(
                key=f"{channel}|{siren}|{reference or uuid.uuid4()}",
                channel=Channel(channel),
                at=desk.now,
                siren=siren,
                subject=subject,
                reference=reference,
                adviser=adviser,
            ),
        )
    if not received.new:
        tell(f"{siren} : ce signal est déjà connu, rien n’a changé.")
    elif received.opened:
        tell(f"{siren} : dossier ouvert.")
    elif received.reopened:
        tell(f"{siren} : dossier rouvert, avec ce qui en est déjà connu.")
    else:
        tell(f"{siren} : signal rattaché au dossier en cours.")
