"""The contract of a CRM described by the configuration, on a double: class A."""

from __future__ import annotations

from collections.abc import Mapping

from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestRestCrm", "doubles"]


class TestRestCrm(CrmContract):
    connector = "crm-rest"
    counterpart = "miroir_connectors.testing.doubles.rest_crm:RestCrm"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {
            "search_account": {
                "path": "societes?siren={siren}",
                "items": "data.items",
                "id": "ref",
                "siren": "siren",
                "name": "nom",
            },
            "write_contact": {
                "path": "contacts",
                "fields": {
                    "objet": "{subject}",
                    "texte": "{body}",
                    "reference": "{key}",
                    "joint": "{happened}",
                    "societe.ref": "{account}",
                },
            },
            "search_contact": {"path": "contacts?reference={key}"},
            "read_contact": "contacts/{id}",
            "delivery": "A",
            "key_retention_h": 24,
            "token_url": f"{double.base}/oauth/token",
            "client_id": "miroir",
            "client_secret": SECRET,
        }

    def stranger(self) -> Mapping[str, object]:
        return {"client_secret": "wrong"}
