"""Commands on what leaves for others: mail, shared record, cases handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.dossiers.desk import acting, siren_argument, tell
from miroir.cli.state import current_settings

if TYPE_CHECKING:
    from miroir.operations.outward.handovers import Case
    from miroir.operations.outward.mails import Letter
    from miroir.operations.outward.records import Draft, Given

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show it, send nothing.")
_ATTACH = click.option(
    "--attach",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file to go with it; again for each.",
)
_LATER = "L’envoi se fait par `miroir worker` ; suite dans le dossier."


@click.command("mail")
@siren_argument
@click.option("--to", "name", required=True, help="An interlocutor of the dossier.")
@click.option(
    "--level", type=click.Choice(["novice", "payroll", "expert"]), default="payroll"
)
@_ATTACH
@click.option("--reply-to", default="", help="The address that answers go to.")
@click.option("--again", default="", metavar="WHY", help="Send the same mail anew.")
@_DRY_RUN
@acting
def mail(
    siren: str,
    name: str,
    level: str,
    files: Sequence[Path],
    reply_to: str,
    again: str,
    dry_run: bool,
    actor: str,
) -> None:
    """Send the summary mail to someone whose mandate allows it, once."""
    from miroir.operations.outward import mails
    from miroir.operations.outward.attaching import attached_file
    from miroir.operations.workplace import opened
    from miroir.synthesis.wording import Level

    attachments = [attached_file(path) for path in files]
    with opened(current_settings()) as workplace:
        letter = mails.written(
            workplace, siren, name, Level(level), attachments, reply_to=reply_to
        )
        if dry_run:
            _show_letter(letter)
            return
        key = mails.send(workplace, letter, actor, again)
    tell(f"{siren} : courriel à {name} confié à l’envoi (action {key[:12]}).")
    tell(_LATER)


def _show_letter(letter: Letter) -> None:
    tell(f"À : {letter.name} <{letter.address}>")
    tell(f"Objet : {letter.mail.subject}")
    for each in letter.mail.attachments:
        tell(f"Pièce jointe : {each.name}")
    click.echo()
    click.echo(letter.mail.text)
    tell("Rien n’a été envoyé (--dry-run).")


def _choices(
    _: click.Context, __: click.Parameter, values: Sequence[str]
) -> Mapping[str, str]:
    choices: dict[str, str] = {}
    for value in values:
        menu, equals, chosen = value.partition("=")
        if not menu or not equals or not chosen:
            raise click.BadParameter(f"«{value}» is no choice such as motif=01")
        if choices.setdefault(menu, chosen) != chosen:
            raise click.BadParameter(f"two values are chosen in the menu «{menu}»")
    return choices


@click.command("record")
@siren_argument
@click.option(
    "--choose",
    "choices",
    multiple=True,
    callback=_choices,
    metavar="MENU=CODE",
    help="What is chosen in a menu, by its code or its meaning; again for each.",
)
@click.option("--analysis", default="", help="Else the record document of the case.")
@click.option(
    "--call/--no-call",
    "happened",
    default=None,
    help="Whether a call happened; else what the last call recorded says.",
)
@click.option("--summary", default="", help="Of the call; else that of the last one.")
@_DRY_RUN
@acting
def record(
    siren: str,
    choices: Mapping[str, str],
    analysis: str,
    happened: bool | None,
    summary: str,
    dry_run: bool,
    actor: str,
) -> None:
    """Complete the shared record of a company; its choices start follow-ups.

    --dry-run shows the record as it would be written, cut to the limits of its
    fields, and the follow-ups that would be started or cancelled.
    """
    from miroir.operations.outward import records
    from miroir.operations.workplace import opened

    given: Given = records.Given(
        choices=choices, analysis=analysis, summary=summary, call_happened=happened
    )
    with opened(current_settings()) as workplace:
        _show_record(records.draft(workplace, siren, given))
        if dry_run:
            tell("Rien n’a été écrit (--dry-run).")
            return
        key = records.write(workplace, siren, given, actor)
    tell(f"{siren} : fiche partagée confiée à l’écriture (action {key[:12]}).")
    tell(_LATER)


def _show_record(draft: Draft) -> None:
    from miroir.cli.output.schedule_fr import moment

    entry = draft.entry
    tell(f"Analyse ({len(entry.analysis)} caractères) : {entry.analysis}")
    happened = {True: "oui", False: "non", None: "aucun appel"}[entry.call_happened]
    tell(f"Appel réalisé : {happened}")
    if entry.call_summary:
        tell(f"Synthèse de l’appel : {entry.call_summary}")
    for label, chosen in draft.labels:
        tell(f"{label} : {chosen}")
    for sentence in draft.left_out:
        tell(f"Laissé de côté, faute de place : {sentence}")
    plan = draft.follow_ups
    for what, dues in (
        ("prévue", plan.added),
        ("déjà prévue", plan.kept),
        ("annulée", tuple(row.due for row in plan.cancelled)),
    ):
        for due in dues:
            tell(f"Relance {what} : {moment(due)}, {due.label}")


@click.command("refer")
@siren_argument
@click.argument("service")
@click.option("--subject", required=True, help="What it is about, in a few words.")
@click.option("--text", required=True, help="What is expected of the service.")
@_ATTACH
@_DRY_RUN
@acting
def refer(
    siren: str,
    service: str,
    subject: str,
    text: str,
    files: Sequence[Path],
    dry_run: bool,
    actor: str,
) -> None:
    """Hand a case over to a service, with its evidence: referent, adhesion…

    The evidence is that of the last analysis, persons under pseudonyms. The
    service answers under the reference: `miroir dossiers referred`, or a task.
    """
    from miroir.operations.outward import handovers
    from miroir.operations.outward.attaching import attached_file
    from miroir.operations.workplace import opened
    from miroir.synthesis.french import to_the

    more = [attached_file(path) for path in files]
    with opened(current_settings()) as workplace:
        case = handovers.prepare(workplace, siren, service, subject, text, more)
        if dry_run:
            _show_case(case)
            return
        reference = handovers.give(workplace, case, actor)
    tell(f"{siren} : transmis {to_the(case.label)}, référence {reference}.")
    tell(_LATER)


def _show_case(case: Case) -> None:
    import base64

    action = case.action
    tell(f"À : {case.label}, référence {action.reference}")
    tell(f"Objet : {action.subject}")
    tell(action.text)
    for each in action.evidence:
        size = len(base64.b64decode(each.content))
        tell(f"Pièce : {each.name} ({size} octets, sha256 {each.sha256[:12]}…)")
    tell("Rien n’a été transmis (--dry-run).")


@click.command("referred")
@click.argument("reference")
@click.argument("answer")
@acting
def referred(reference: str, answer: str, actor: str) -> None:
    """Take the answer of a service into the dossier that it is about."""
    from miroir.dossier.states import STATES
    from miroir.operations.dossiers.desk import Desk
    from miroir.operations.outward import handovers
    from miroir.operations.workplace import opened

    settings = current_settings()
    with opened(settings) as workplace, workplace.store.write() as tables:
        desk = Desk(
            tables=tables, actor=actor, now=workplace.clock(), rules=workplace.rules
        )
        dossier = handovers.answered(desk, settings, reference, answer)
    tell(f"{dossier.siren} : réponse notée, dossier {STATES[dossier.state]}.")
