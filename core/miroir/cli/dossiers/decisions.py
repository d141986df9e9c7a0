"""Commands that decide: hypotheses, questions, commitments, legitimate gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from miroir.cli.dossiers.acts import DAY
from miroir.cli.dossiers.desk import (
    acting,
    reading,
    reason_option,
    siren_argument,
    tell,
    writing,
)
from miroir.cli.state import config_option
from miroir.types.period import Month


@click.command("hypothesis")
@siren_argument
@click.argument("cause")
@click.argument("move", type=click.Choice(["suppose", "confirm", "refute", "doubt"]))
@reason_option
@acting
def hypothesis(siren: str, cause: str, move: str, reason: str, actor: str) -> None:
    """Suppose, confirm, refute or doubt that CAUSE explains the gaps."""
    from miroir.dossier.states import HYPOTHESIS_STATES
    from miroir.operations.dossiers import decisions

    label = _label(cause) if move == "suppose" else ""
    with writing(actor) as desk:
        if move == "suppose":
            found = decisions.suppose(desk, siren, cause, label, reason)
        else:
            found = decisions.decide(desk, siren, cause, move, reason)
    tell(f"{siren} : {found.label}, {HYPOTHESIS_STATES[found.state]}.")


def _label(cause: str) -> str:
    """The French name of a cause that the diagnostics know."""
    from miroir.cli.state import current_plugins, current_settings

    plugins = current_plugins(current_settings())
    for diagnostic, _ in plugins.diagnostics():
        for known in diagnostic.causes:
            if known.id == cause:
                return known.label
    raise click.BadParameter(f"{cause} is no cause; see `miroir causes list`.")


@click.command("ask")
@siren_argument
@click.argument("text")
@acting
def ask(siren: str, text: str, actor: str) -> None:
    """Note a question to the client; open, it blocks closing."""
    from miroir.operations.dossiers import decisions

    with writing(actor) as desk:
        number = decisions.ask(desk, siren, text)
    tell(f"{siren} : question n° {number}.")


@click.command("answer")
@siren_argument
@click.argument("number", type=int)
@click.argument("text")
@click.option("--withdraw", is_flag=True, help="Withdraw it; TEXT says why.")
@acting
def answer(siren: str, number: int, text: str, withdraw: bool, actor: str) -> None:
    """Answer the question NUMBER, of the client or to the client."""
    from miroir.operations.dossiers import decisions

    with writing(actor) as desk:
        move = "withdraw" if withdraw else "answer"
        decisions.answer(desk, siren, number, text, move)
    tell(f"{siren} : question n° {number} réglée.")


@click.command("dates")
@siren_argument
@config_option
def dates(siren: str) -> None:
    """Propose the next days by which a correction can be filed."""
    from miroir.operations.dossiers.commitments import proposed_days

    with reading() as desk:
        for day in proposed_days(desk, siren):
            click.echo(day.isoformat())


@click.command("commit")
@siren_argument
@click.argument("what")
@click.option("--by", "due", type=DAY, required=True, help="By which day.")
@click.option("--with", "whom", required=True, metavar="NAME", help="Who promised.")
@click.option("--cause", "causes", multiple=True, help="Only gaps of this cause.")
@acting
def commit(
    siren: str, what: str, due: datetime, whom: str, causes: Sequence[str], actor: str
) -> None:
    """Note what the client promised to correct, and by when."""
    from miroir.operations.dossiers import commitments

    with writing(actor) as desk:
        made = commitments.commit(desk, siren, what, due.date(), whom, causes)
    tell(
        f"{siren} : engagement n° {made.id} pour le {made.due_on:%d/%m/%Y},"
        f" {len(made.gaps)} écarts."
    )


@click.command("adapt")
@siren_argument
@click.argument("number", type=int)
@click.option("--by", "due", type=DAY, required=True, help="By which day now.")
@click.option("--approved-by", default="", metavar="NAME", help="Beyond the limit.")
@reason_option
@acting
def adapt(
    siren: str, number: int, due: datetime, approved_by: str, reason: str, actor: str
) -> None:
    """Put the commitment NUMBER off, with a reason."""
    from miroir.operations.dossiers import commitments

    with writing(actor) as desk:
        made = commitments.adapt(desk, siren, number, due.date(), reason, approved_by)
    tell(f"{siren} : engagement n° {number}, le {made.due_on:%d/%m/%Y}.")


@click.command("judge")
@siren_argument
@click.argument("number", type=int)
@click.argument(
    "move", type=click.Choice(["keep", "keep_late", "keep_partly", "miss", "cancel"])
)
@reason_option
@acting
def judge(siren: str, number: int, move: str, reason: str, actor: str) -> None:
    """Cancel the commitment NUMBER, or say what became of one without gaps."""
    from miroir.dossier.states import COMMITMENT_STATES
    from miroir.operations.dossiers import commitments

    with writing(actor) as desk:
        found = commitments.judge(desk, siren, number, move, reason)
    tell(f"{siren} : engagement n° {number} {COMMITMENT_STATES[found.state]}.")


def _month(_: click.Context, __: click.Parameter, value: str | None) -> Month | None:
    try:
        return Month.parse(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("legitimate")
@siren_argument
@click.argument("justification")
@click.option("--since", callback=_month, required=True, metavar="YYYY-MM")
@click.option("--until", callback=_month, metavar="YYYY-MM", help="Last month.")
@click.option("--employee", "subjects", multiple=True, help="Pseudonym; several.")
@click.option("--payment", is_flag=True, help="Payments; --employee: institutions.")
@click.option("--siret", default="", help="Only this establishment.")
@click.option("--cause", default="", help="The cause that explains it.")
@click.option("--most", type=int, help="Euros per month beyond which it shows again.")
@click.option("--expires", type=DAY, help="The last day that the decision holds.")
@acting
def legitimate(
    siren: str,
    justification: str,
    since: Month,
    until: Month | None,
    subjects: Sequence[str],
    payment: bool,
    siret: str,
    cause: str,
    most: int | None,
    expires: datetime | None,
    actor: str,
) -> None:
    """Remember that gaps are right: of the company, or of some employees.

    They no longer count, in this campaign and the next ones, until the
    decision expires.
    """
    from miroir.dossier.memory import LegitimateGap, MemoryScope
    from miroir.dossier.model import GapKind
    from miroir.operations.dossiers import decisions

    scopes = (MemoryScope.COMPANY, MemoryScope.EMPLOYEE, MemoryScope.GROUP)
    with writing(actor) as desk:
        last = expires.date() if expires else desk.today + desk.rules.memory
        memory = LegitimateGap(
            siren=siren,
            scope=scopes[min(len(subjects), 2)],
            kind=GapKind.PAYMENT if payment else GapKind.EMPLOYEE,
            siret=siret,
            subjects=tuple(subjects),
            since=since,
            until=until,
            cause=cause,
            justification=justification,
            decided_by=actor,
            decided_on=desk.today,
            expires_on=last,
            most=None if most is None else most * 100,
        )
        number = decisions.remember(desk, memory)
    tell(f"{siren} : décision n° {number}, jusqu’au {last:%d/%m/%Y}.")


@click.command("forget")
@siren_argument
@click.argument("number", type=int)
@reason_option
@acting
def forget(siren: str, number: int, reason: str, actor: str) -> None:
    """Withdraw the decision NUMBER that gaps are legitimate."""
    from miroir.operations.dossiers import decisions

    with writing(actor) as desk:
        decisions.forget(desk, siren, number, reason)
    tell(f"{siren} : décision n° {number} retirée.")
