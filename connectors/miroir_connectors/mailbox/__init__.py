"""Requests of clients, and files that come by mail: a mailbox over IMAP."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.mailbox.source import Mailbox


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `imap`."""
    return [
        SourceConnector(
            name="imap",
            source=Mailbox,
            summary="requests of clients, or attached files, of a mailbox",
        )
    ]
