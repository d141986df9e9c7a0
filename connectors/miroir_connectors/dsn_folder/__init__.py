"""DSN files dropped in a folder of this machine, or of a mounted share."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.dsn_folder.source import DsnFolder


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `dsn-folder`."""
    return [
        SourceConnector(
            name="dsn-folder",
            source=DsnFolder,
            summary="DSN files of a folder and of the folders below it",
        )
    ]
