"""The contract of the registry of adhesions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from miroir.testing.conformance import DestinationContract
from miroir.types.action import AdhesionUpdate

from miroir_connectors.adhesion_registry.updater import AdhesionRegistry
from miroir_connectors.testing.conformance.tables import RECORDED, SIREN

_INSTITUTION = "30558637200321"
_REGISTRY = (
    "siren;siret;categorie;date_effet;date_fin;taux_calcul_t1;taux_calcul_t2;"
    "part_employeur;idcc;siret_institution;periodicite;effectif;garanties\n"
    f"999000250;;01;2016-01-01;;6.20;17.00;60;;{_INSTITUTION};M;;\n"
)


class TestAdhesionRegistry(DestinationContract):
    connector = "adhesion-registry"
    on_the_network = False
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "registre.csv").write_text(_REGISTRY)
        return {"path": str(folder / "registre.csv")}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"path": str(folder / "absent" / "registre.csv")}

    def effects(self, folder: Path) -> int:
        return (folder / "registre.csv").read_text().count(f"{SIREN};")

    def effects_of_two(self) -> int:
        return 1  # the second contract takes the place of the first

    def action(self) -> AdhesionUpdate:
        """The company has no contract yet: its version is empty."""
        found = super().action()
        assert isinstance(found, AdhesionUpdate)
        rows = (replace(each, institution=_INSTITUTION) for each in found.after)
        return replace(found, version="", after=tuple(rows))

    def _again(self, folder: Path) -> AdhesionUpdate:
        now = AdhesionRegistry(path=folder / "registre.csv").read(SIREN)
        return replace(self.action(), version=now.version if now else "")
