"""One campaign file: the header is found, the columns are recognised."""

from __future__ import annotations

from dataclasses import dataclass, field

from miroir import CampaignReading, ReceivedFile
from miroir.types.source import Kind

from miroir_connectors.kinds.reading import read_campaign
from miroir_connectors.one_file import OneFile


@dataclass(frozen=True, kw_only=True)
class CampaignFile(OneFile):
    """One campaign file: a `file` whose kind is known."""

    kind: Kind = field(default="campaign", init=False)

    def read(self, file: ReceivedFile) -> CampaignReading:
        """Take the rows that are right, refuse the others one by one."""
        return read_campaign(file, self.layout, self.campaign)
