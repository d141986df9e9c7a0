"""What sources give, taken into dossiers by short transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from miroir.dossier.model import Campaign
from miroir.operations.dossiers.desk import ROBOT, Desk
from miroir.operations.dossiers.intake import campaign_signal, receive
from miroir.store.conflict import chunks
from miroir.types.campaign import CampaignLine

if TYPE_CHECKING:
    from miroir.operations.workplace import Workplace


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
    # By company: PostgreSQL locks their rows, always in the same order.
    for part in chunks(sorted(lines, key=lambda line: (line.siren, line.line))):
        with workplace.store.write() as tables:
            desk = Desk(
                tables=tables,
                actor=ROBOT,
                now=workplace.clock(),
                rules=workplace.rules,
            )
            for line in part:
                receive(desk, campaign_signal(desk, sha256, line))


def described(configured: Iterable[Campaign], names: set[str]) -> list[Campaign]:
    """The campaigns of these names, those that nothing describes included."""
    known = {campaign.name: campaign for campaign in configured}
    return [known.get(name, Campaign(name=name)) for name in sorted(names)]
