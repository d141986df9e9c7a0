"""What sources give, taken into dossiers by short transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from miroir.dossier.model import Campaign, Signal
from miroir.operations.dossiers.desk import ROBOT, Desk
from miroir.operations.dossiers.intake import campaign_signal, receive, task_signal
from miroir.operations.outward.handovers import take_answer
from miroir.types.campaign import CampaignLine, Task

if TYPE_CHECKING:
    from miroir.operations.workplace import Workplace


_PART = 100
"""Signals of one transaction: on SQLite, others wait for its end."""


def take_lines(
    workplace: Workplace, sha256: str, lines: Sequence[CampaignLine]
) -> None:
    """The lines of one campaign file, each to the dossier of its company.

    Taken again after an interruption, they change nothing twice.
    """
    names = {line.campaign for line in lines if line.campaign}
    with workplace.store.write() as tables:
        for campaign in described(workplace.rules.campaigns, names):
            tables.cases.save_campaign(campaign)
    at = workplace.clock()
    _take(workplace, [campaign_signal(at, sha256, line) for line in lines])


def take_tasks(workplace: Workplace, tasks: Sequence[Task]) -> None:
    """The tasks of one file; their number makes them known again."""
    at = workplace.clock()
    _take(workplace, [task_signal(at, task) for task in tasks])


def _take(workplace: Workplace, signals: Iterable[Signal]) -> None:
    # By company: PostgreSQL locks their rows, always in the same order.
    ordered = sorted(signals, key=lambda signal: signal.siren)
    for start in range(0, len(ordered), _PART):
        part = ordered[start : start + _PART]
        with workplace.store.write() as tables:
            now, rules = workplace.clock(), workplace.rules
            desk = Desk(tables=tables, actor=ROBOT, now=now, rules=rules)
            for signal in part:
                if receive(desk, signal).new and not signal.channel.client:
                    said = f"{signal.reference} {signal.subject}"
                    take_answer(desk, workplace.settings, signal.siren, said)


def described(configured: Iterable[Campaign], names: set[str]) -> list[Campaign]:
    """The campaigns of these names, those that nothing describes included."""
    known = {campaign.name: campaign for campaign in configured}
    return [known.get(name, Campaign(name=name)) for name in sorted(names)]
