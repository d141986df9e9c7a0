"""Which company to look at, and why: lines of a campaign, tasks of a basket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from miroir.types.amounts import Cents
from miroir.types.period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One line of a campaign file, as the federation calculated it.

    `declared` and `calculated` in cents, None when the file does not say.
    `row` keeps every column as received.
    """

    siren: str
    siret: str = ""
    period: Month | None = None
    campaign: str = ""
    declared: Cents | None = None
    calculated: Cents | None = None
    file: str = ""
    line: int = 0
    row: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of an individual basket, or one request of a client.

    `channel`: basket, callback, mail or call. `reference` is the number that
    its tool gave it: with the channel, it is known again.
    """

    channel: str
    siren: str
    reference: str
    siret: str = ""
    period: Month | None = None
    adviser: str = ""
    subject: str = ""
    file: str = ""
    line: int = 0
