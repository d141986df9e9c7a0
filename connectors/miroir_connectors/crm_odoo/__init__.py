"""Contacts with companies, logged in Odoo."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import CrmLogger, DestinationConnector, hookimpl

from miroir_connectors.crm_odoo.logger import OdooCrm


@hookimpl
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the connector `crm-odoo`."""
    return [
        DestinationConnector(
            name="crm-odoo",
            destination=OdooCrm,
            summary="contacts as messages on the partners of Odoo 19 and later",
        )
    ]
