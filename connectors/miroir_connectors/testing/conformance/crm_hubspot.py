"""The contract of Hubspot, on a double of it."""

from __future__ import annotations

from collections.abc import Mapping

from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestHubspot", "doubles"]


class TestHubspot(CrmContract):
    connector = "crm-hubspot"
    counterpart = "miroir_connectors.testing.doubles.hubspot:Hubspot"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {"token": SECRET}

    def stranger(self) -> Mapping[str, object]:
        return {"token": "wrong"}
