"""Contacts with companies, logged in a CRM with a REST interface of its own."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_rest.logger import RestCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-rest`."""
    return [
        DestinationConnector(
            name="crm-rest",
            destination=RestCrm,
            summary="contacts in a REST interface described by the configuration",
        )
    ]
