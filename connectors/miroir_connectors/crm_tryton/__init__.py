"""Contacts with companies, logged in Tryton."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_tryton.logger import TrytonCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-tryton`."""
    return [
        DestinationConnector(
            name="crm-tryton",
            destination=TrytonCrm,
            summary="contacts as notes on the parties of Tryton",
        )
    ]
