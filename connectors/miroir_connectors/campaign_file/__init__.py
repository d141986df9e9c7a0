"""Campaign lines from CSV files and workbooks, whatever their columns."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.campaign_file.source import CampaignFile


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `campaign-file`."""
    return [
        SourceConnector(
            name="campaign-file",
            source=CampaignFile,
            summary="lines of a fiabilisation campaign, CSV or XLSX",
        )
    ]
