"""The contract of DSN files in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.tables import RECORDED, SIREN


class TestDsnFolder(SourceContract):
    connector = "dsn-folder"
    on_the_network = False
    files = 2
    siren = SIREN
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        for name, siren in (("b.dsn", SIREN), ("a.dsn", "999000250")):
            (folder / name).write_text(f"S21.G00.06.001,'{siren}'\n")
        return {"folder": folder}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"folder": folder / "nowhere"}
