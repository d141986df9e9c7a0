"""Every CRM connector with the settings that reach its double."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from miroir import ArchivedMail, CrmContact, DeliveryClass, Intent
from miroir.testing.counterpart import Running
from miroir_connectors.crm_base import HttpCrm
from miroir_connectors.crm_dataverse.logger import DataverseCrm
from miroir_connectors.crm_hubspot.logger import HubspotCrm
from miroir_connectors.crm_odoo.logger import OdooCrm
from miroir_connectors.crm_rest.layout import Search, Write
from miroir_connectors.crm_rest.logger import RestCrm
from miroir_connectors.crm_salesforce.logger import SalesforceCrm
from miroir_connectors.crm_tryton.logger import TrytonCrm
from miroir_connectors.testing.conformance.crm import quick
from miroir_connectors.testing.doubles.crm import SECRET, SIREN

KEY = "0123456789abcdef" * 4
INTENT = Intent(key=KEY, siren=SIREN)
MOMENT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
CONTACT = CrmContact(
    siren=SIREN,
    at=MOMENT,
    channel="call_out",
    subject="Écart de CET sur septembre 2026",
    note="L’entreprise corrigera dans la DSN de novembre.\nRappel prévu le 10.",
    adviser="A. Conseiller",
    duration_minutes=12,
)
MAIL = ArchivedMail(
    message_id="<1@gps.example>",
    sent_at=MOMENT,
    subject="Votre DSN de novembre",
    text="Bonjour,\n\nVoici les rubriques à corriger.",
    sha256="ab" * 32,
)

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A connector: its double, its settings, how our key is seen in the ledger."""

    name: str
    double: str
    make: Callable[[Running, Settings], HttpCrm]
    reference: Callable[[Intent], str] = lambda intent: intent.key

    def connector(self, double: Running, **more: object) -> HttpCrm:
        return self.make(double, {**quick(double), **more})


def _rest(delivery: DeliveryClass) -> Callable[[Running, Settings], HttpCrm]:
    contact = Write(
        path="contacts",
        fields={
            "objet": "{subject}",
            "texte": "{body}",
            "reference": "{key}",
            "joint": "{happened}",
            "societe.ref": "{account}",
        },
    )
    if delivery is DeliveryClass.NATURAL_ID:
        contact = replace(contact, path="contacts/{key}", method="PUT")

    def make(double: Running, settings: Settings) -> HttpCrm:
        return RestCrm(
            search_account=Search(
                path="societes?siren={siren}",
                items="data.items",
                id="ref",
                siren="siren",
                name="nom",
            ),
            write_contact=contact,
            search_contact=(
                None
                if delivery is DeliveryClass.BLIND
                else Search(path="contacts?reference={key}")
            ),
            read_contact="contacts/{id}",
            write_account=Write(
                path="societes",
                id="ref",
                fields={"siren": "{siren}", "nom": "{subject}"},
            ),
            delivery=delivery,
            key_retention_h=24 if delivery is DeliveryClass.KEYED else 0,
            applied_on_429=False,
            token_url=f"{double.base}/oauth/token",
            client_id="miroir",
            client_secret=SECRET,
            **settings,
        )

    return make


def _short(intent: Intent) -> str:
    return intent.reference


KINDS = (
    Kind(
        "tryton",
        "miroir_connectors.testing.doubles.tryton:Tryton",
        lambda _, more: TrytonCrm(
            **{"database": "gps", "user": "admin", "password": SECRET, **more}
        ),
        _short,
    ),
    Kind(
        "tryton-rest",
        "miroir_connectors.testing.doubles.tryton:Tryton",
        lambda _, more: TrytonCrm(
            **{"database": "gps", "application_key": SECRET, **more}
        ),
        _short,
    ),
    Kind(
        "salesforce",
        "miroir_connectors.testing.doubles.salesforce:Salesforce",
        lambda _, more: SalesforceCrm(
            **{"client_id": "miroir", "client_secret": SECRET, **more}
        ),
    ),
    Kind(
        "dataverse",
        "miroir_connectors.testing.doubles.dataverse:Dataverse",
        lambda double, more: DataverseCrm(
            **{
                "tenant": "gps-tenant",
                "client_id": "miroir",
                "client_secret": SECRET,
                "login_url": double.base,
                **more,
            }
        ),
        lambda intent: dataverse_id(intent),
    ),
    Kind(
        "hubspot",
        "miroir_connectors.testing.doubles.hubspot:Hubspot",
        lambda _, more: HubspotCrm(**{"token": SECRET, **more}),
    ),
    Kind(
        "odoo",
        "miroir_connectors.testing.doubles.odoo:Odoo",
        lambda _, more: OdooCrm(**{"database": "gps", "api_key": SECRET, **more}),
        _short,
    ),
    *(
        Kind(
            f"rest-{one.value}",
            "miroir_connectors.testing.doubles.rest_crm:RestCrm",
            _rest(one),
        )
        for one in DeliveryClass
    ),
)
BY_NAME = {one.name: one for one in KINDS}


def dataverse_id(intent: Intent) -> str:
    """The id that the connector chooses, which is its key in the ledger."""
    import uuid

    from miroir_connectors.crm_dataverse.logger import SPACE

    return str(uuid.uuid5(SPACE, intent.key))
