"""The registry keeps the contract that every destination keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from miroir.testing.conformance import DestinationContract
from miroir.types.action import AdhesionUpdate
from miroir_connectors.adhesion_registry.updater import AdhesionRegistry

from tests.operations.adhesion.companies import INSTITUTION, STRANGER, registry


class TestAdhesionRegistry(DestinationContract):
    connector = "adhesion-registry"
    on_the_network = False

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "registre.csv").write_text(registry(STRANGER))
        return {"path": str(folder / "registre.csv")}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"path": str(folder / "absent" / "registre.csv")}

    def effects(self, folder: Path) -> int:
        return (folder / "registre.csv").read_text().count("999000243;")

    def effects_of_two(self) -> int:
        return 1  # the second contract takes the place of the first

    def action(self) -> AdhesionUpdate:
        """The company has no contract yet: its version is empty."""
        found = super().action()
        assert isinstance(found, AdhesionUpdate)
        rows = (replace(each, institution=INSTITUTION) for each in found.after)
        return replace(found, version="", after=tuple(rows))

    def _again(self, folder: Path) -> AdhesionUpdate:
        now = AdhesionRegistry(path=folder / "registre.csv").read("999000243")
        return replace(self.action(), version=now.version if now else "")
