"""Objects of a REST interface, page after page."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.rest.source import RestApi


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `rest`."""
    return [
        SourceConnector(
            name="rest",
            source=RestApi,
            summary="objects of a REST interface, page after page",
        )
    ]
