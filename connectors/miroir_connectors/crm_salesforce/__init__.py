"""Contacts with companies, logged in Salesforce."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_salesforce.logger import SalesforceCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-salesforce`."""
    return [
        DestinationConnector(
            name="crm-salesforce",
            destination=SalesforceCrm,
            summary="contacts as tasks on the accounts of Salesforce",
        )
    ]
