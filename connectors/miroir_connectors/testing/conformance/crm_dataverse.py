"""The contract of Dataverse, on a double of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from miroir import Intent
from miroir.testing.counterpart import Running

from miroir_connectors.crm_dataverse.logger import SPACE
from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestDataverse", "doubles"]


class TestDataverse(CrmContract):
    connector = "crm-dataverse"
    counterpart = "miroir_connectors.testing.doubles.dataverse:Dataverse"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {
            "tenant": "gps-tenant",
            "client_id": "miroir",
            "client_secret": SECRET,
            "login_url": double.base,
        }

    def stranger(self) -> Mapping[str, object]:
        return {"client_secret": "wrong"}

    def reference(self, intent: Intent) -> str:
        return str(uuid.uuid5(SPACE, intent.key))
