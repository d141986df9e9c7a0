"""The contract of CRM connectors, each on the double of its CRM."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from miroir.testing.conformance.actions import action_of
from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.facing import DoubleContract
from miroir_connectors.testing.doubles.crm import SIREN


def quick(double: Running) -> dict[str, Any]:
    """Bounds short enough to meet every one of them in a test."""
    return {
        "url": double.base,
        "ca_file": double.certificates.authority,
        "connect_s": 0.8,
        "read_s": 0.6,
        "deadline_s": 1.8,
        "tries": 2,
        "max_in_flight_s": 0.1,
    }


class CrmContract(DoubleContract):
    """`identity` is who we are at the double, with bounds that a test can meet."""

    @abstractmethod
    def identity(self, double: Running) -> Mapping[str, object]:
        """The keys that let us in, and those of the CRM itself."""

    def action(self) -> object:
        return action_of("crm_contact", SIREN)

    def facing(self, double: Running, folder: Path) -> Mapping[str, object]:
        return {**quick(double), "lag_s": 0.0, **self.identity(double)}
