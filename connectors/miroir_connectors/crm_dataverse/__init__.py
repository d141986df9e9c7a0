"""Contacts with companies, logged in Dynamics 365."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_dataverse.logger import DataverseCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-dataverse`."""
    return [
        DestinationConnector(
            name="crm-dataverse",
            destination=DataverseCrm,
            summary="contacts as phone calls and tasks of Dynamics 365",
        )
    ]
