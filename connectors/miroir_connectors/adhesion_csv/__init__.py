"""Adhesion conditions from the CSV file described in this folder's README."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import SourceConnector, hookimpl

from miroir_connectors.adhesion_csv.source import AdhesionCsv


@hookimpl
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the connector `adhesion-csv`."""
    return [
        SourceConnector(
            name="adhesion-csv",
            source=AdhesionCsv,
            summary="adhesion conditions of one CSV file",
        )
    ]
