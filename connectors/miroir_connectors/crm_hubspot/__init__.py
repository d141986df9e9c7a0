"""Contacts with companies, logged in HubSpot."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_hubspot.logger import HubspotCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-hubspot`."""
    return [
        DestinationConnector(
            name="crm-hubspot",
            destination=HubspotCrm,
            summary="contacts as calls, meetings and notes of HubSpot",
        )
    ]
