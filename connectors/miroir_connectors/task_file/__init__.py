"""Tasks of individual baskets and requests of clients, whatever their columns."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.task_file.source import TaskFile


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `task-file`."""
    return [
        SourceConnector(
            name="task-file",
            source=TaskFile,
            summary="tasks of baskets, or requests of clients, CSV or XLSX",
        )
    ]
