"""Lines of fiabilisation campaigns, with every column they came with."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from miroir.store.tables import campaign_line, received_file
from miroir.types.campaign import CampaignLine


class Campaigns:
    """Table `campaign_line`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record_lines(self, sha256: str, lines: Iterable[CampaignLine]) -> None:
        """Record all the lines of one file, which is to be known.

        They replace what the same file gave before. NIRs and IBANs of `row`
        are masked; the archive keeps the file as it came.
        """
        same_file = campaign_line.c.sha256 == sha256
        self._connection.execute(delete(campaign_line).where(same_file))
        rows = [
            {
                **{name: getattr(line, name) for name in _FIELDS},
                "sha256": sha256,
                "row": dict(line.row),
            }
            for line in lines
        ]
        if rows:
            self._connection.execute(insert(campaign_line), rows)

    def lines_of(self, siren: str) -> tuple[CampaignLine, ...]:
        """The lines about a company, as their files were received."""
        table = campaign_line.c
        query = (
            select(campaign_line, received_file.c.name)
            .join(received_file, received_file.c.sha256 == table.sha256)
            .where(table.siren == siren)
            .order_by(received_file.c.received_at, table.sha256, table.line)
        )
        return tuple(
            CampaignLine(
                **{name: row[name] for name in _FIELDS},
                file=row["name"],
                row=row["row"],
            )
            for row in self._connection.execute(query).mappings()
        )


_FIELDS = ("siren", "siret", "period", "campaign", "declared", "calculated", "line")
