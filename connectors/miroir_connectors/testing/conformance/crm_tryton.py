"""The contract of Tryton, on a double of it."""

from __future__ import annotations

from collections.abc import Mapping

from miroir import Intent
from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestTryton", "doubles"]


class TestTryton(CrmContract):
    connector = "crm-tryton"
    counterpart = "miroir_connectors.testing.doubles.tryton:Tryton"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {"database": "gps", "user": "admin", "password": SECRET}

    def stranger(self) -> Mapping[str, object]:
        return {"password": "wrong"}

    def reference(self, intent: Intent) -> str:
        return intent.reference
