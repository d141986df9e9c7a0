"""The shared record of a company: as files, on an SFTP server, through REST."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import DestinationConnector, TraceWriter, hookimpl

from miroir_connectors.record.drops import RecordDrop, RecordSftp
from miroir_connectors.record.rest import RecordRest


@hookimpl
def miroir_trace_writers() -> Sequence[DestinationConnector[TraceWriter]]:
    """Give the connectors `record-drop`, `record-sftp`, `record-rest`."""
    return [
        DestinationConnector(
            name="record-drop",
            destination=RecordDrop,
            summary="records of companies as files left in a folder",
        ),
        DestinationConnector(
            name="record-sftp",
            destination=RecordSftp,
            summary="records of companies as files left on an SFTP server",
        ),
        DestinationConnector(
            name="record-rest",
            destination=RecordRest,
            summary="records of companies through a REST interface",
        ),
    ]
