"""The contract of Odoo, on a double of it."""

from __future__ import annotations

from collections.abc import Mapping

from miroir import Intent
from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.crm import CrmContract
from miroir_connectors.testing.conformance.facing import doubles
from miroir_connectors.testing.doubles.crm import SECRET

__all__ = ["TestOdoo", "doubles"]


class TestOdoo(CrmContract):
    connector = "crm-odoo"
    counterpart = "miroir_connectors.testing.doubles.odoo:Odoo"

    def identity(self, double: Running) -> Mapping[str, object]:
        return {"database": "gps", "api_key": SECRET}

    def stranger(self) -> Mapping[str, object]:
        return {"api_key": "wrong"}

    def reference(self, intent: Intent) -> str:
        return intent.reference
