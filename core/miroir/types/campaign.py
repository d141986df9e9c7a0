"""Lines of a fiabilisation campaign: which company to look at, and why."""

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
