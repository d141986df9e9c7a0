"""Commands on plans: propose, show, approve, refuse, withdraw, undo, renew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from miroir.cli.adhesion.desk import acting, at_work, siren_argument, tell
from miroir.cli.listing import FORMAT, print_json
from miroir.cli.state import config_option

if TYPE_CHECKING:
    from miroir.operations.adhesion.choosing import Choice
    from miroir.store.adhesion_plans.plans import StoredPlan

_CHOICE = re.compile(r"(?:([0-9]{14})/)?(0[124])=([A-Z0-9._-]+(?:,[A-Z0-9._-]+)*)")
plan_argument = click.argument("plan")
reason_option = click.option(
    "--reason", default="", metavar="TEXT", help="Why; kept with the plan."
)


@click.command("propose")
@siren_argument
@click.option(
    "--only", "numbers", type=int, multiple=True, help="A number of `check`; several."
)
@click.option(
    "--choose",
    "choices",
    multiple=True,
    metavar="[SIRET/]CPN=CODE,CODE",
    help="Guarantees of the menu for a category; several.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From when they hold.")
@reason_option
@acting
def propose(
    siren: str,
    numbers: Sequence[int],
    choices: Sequence[str],
    since: datetime | None,
    reason: str,
    actor: str,
) -> None:
    """Propose an update of the contract of SIREN.

    Without --only: every change that rests on more than what the company
    declares. Nothing is sent until someone else approves.
    """
    from miroir.cli.adhesion.pages import plan_page
    from miroir.operations.adhesion.proposing import propose as make

    chosen = [_choice(text, since) for text in choices]
    with at_work() as workplace:
        stored = make(
            workplace, siren, actor, numbers=numbers, choices=chosen, reason=reason
        )
        click.echo(plan_page(stored, workplace.rules.zone))


def _choice(text: str, since: datetime | None) -> Choice:
    from miroir.operations.adhesion.choosing import Choice

    match = _CHOICE.fullmatch(text)
    if match is None:
        raise click.BadParameter(
            f"{text}: expected such as 01=T1-DC,T2-DC,REP-60, or"
            " 99900024300017/01=T1-DC",
            param_hint="--choose",
        )
    siret, category, codes = match.groups()
    return Choice(
        siret=siret or "",
        category=category,
        codes=tuple(codes.split(",")),
        since=since.date() if since else None,
    )


@click.command("show")
@siren_argument
@click.argument("plan", default="")
@FORMAT
@config_option
def show(siren: str, plan: str, format: str) -> None:
    """Show the PLAN of this hash; without it, list the plans of SIREN."""
    from miroir.cli.adhesion import documents, pages

    with at_work() as workplace:
        with workplace.store.read() as tables:
            found = [tables.plans.get(siren, plan)] if plan else tables.plans.of(siren)
        zone = workplace.rules.zone
    if format == "json":
        print_json(documents.plans_document(siren, found))
    elif plan:
        click.echo(pages.plan_page(found[0], zone))
    else:
        click.echo(pages.plans_page(siren, found, zone))


@click.command("approve")
@siren_argument
@plan_argument
@click.option(
    "--confirm",
    type=click.Choice(["call", "mail", "none"]),
    default="call",
    show_default=True,
    help="How the company is told, once it is done.",
)
@reason_option
@acting
def approve(siren: str, plan: str, confirm: str, reason: str, actor: str) -> None:
    """Approve the PLAN of this hash (8 characters or more), of someone else.

    Everything is read and computed again: if anything has changed, the plan is
    void.
    """
    from miroir.adhesion.confirming import Confirmation
    from miroir.operations.adhesion.deciding import approve as decide

    with at_work() as workplace:
        how = Confirmation(confirm)
        stored = decide(workplace, siren, plan, actor, reason, how)
    tell(f"{_named(stored)} approuvé : la mise à jour part vers l’outil de gestion.")


@click.command("refuse")
@siren_argument
@plan_argument
@reason_option
@acting
def refuse(siren: str, plan: str, reason: str, actor: str) -> None:
    """Refuse the PLAN of this hash, saying why."""
    from miroir.operations.adhesion.deciding import refuse as decide

    with at_work() as workplace:
        stored = decide(workplace, siren, plan, actor, reason)
    tell(f"{_named(stored)} refusé.")


@click.command("withdraw")
@siren_argument
@plan_argument
@reason_option
@acting
def withdraw(siren: str, plan: str, reason: str, actor: str) -> None:
    """Take back a PLAN of one's own that nobody decided."""
    from miroir.operations.adhesion.deciding import withdraw as take_back

    with at_work() as workplace:
        stored = take_back(workplace, siren, plan, actor, reason)
    tell(f"{_named(stored)} retiré.")


@click.command("undo")
@siren_argument
@plan_argument
@reason_option
@acting
def undo(siren: str, plan: str, reason: str, actor: str) -> None:
    """Propose to put back what was before a PLAN that was applied."""
    from miroir.cli.adhesion.pages import plan_page
    from miroir.operations.adhesion.proposing import undo as make

    with at_work() as workplace:
        stored = make(workplace, siren, plan, actor, reason)
        click.echo(plan_page(stored, workplace.rules.zone))


@click.command("renew")
@config_option
def renew(**_: object) -> None:
    """Propose again, for every company, what the tool's own changes made void."""
    from miroir.operations.adhesion.renewing import renew as make

    with at_work() as workplace:
        for line in make(workplace):
            tell(line)


def _named(stored: StoredPlan) -> str:
    return f"{stored.plan.siren} : plan n° {stored.number} ({stored.plan.hash[:12]})"
