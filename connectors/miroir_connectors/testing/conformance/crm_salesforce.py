"""The contract of Salesforce, on a double of it."""

from __future__ import annotations

from collections.abc import Mapping

from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestSalesforce", "doubles"]


class TestSalesforce(CrmContract):
    connector = "crm-salesforce"
    counterpart = "miroir_connectors.testing.doubles.salesforce:Salesforce"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {"client_id": "miroir", "client_secret": SECRET}

    def stranger(self) -> Mapping[str, object]:
        return {"client_secret": "wrong"}
