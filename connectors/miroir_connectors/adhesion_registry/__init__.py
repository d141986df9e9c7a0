"""Adhesion contracts kept in one CSV file, as this folder's README says."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import AdhesionUpdater, DestinationConnector, hookimpl

from miroir_connectors.adhesion_registry.updater import AdhesionRegistry


@hookimpl
def miroir_adhesion_updaters() -> Sequence[DestinationConnector[AdhesionUpdater]]:
    """Give the connector `adhesion-registry`."""
    return [
        DestinationConnector(
            name="adhesion-registry",
            destination=AdhesionRegistry,
            summary="adhesion contracts of one CSV file, which it updates",
        )
    ]
