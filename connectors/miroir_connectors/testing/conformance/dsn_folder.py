"""The contract of DSN files in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.tables import RECORDED


class TestDsnFolder(SourceContract):
    connector = "dsn-folder"
    on_the_network = False
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        for name in ("b.dsn", "a.dsn"):
            (folder / name).write_text(f"S10.G00.00.001,'{name}'\n")
        return {"folder": folder}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"folder": folder / "nowhere"}
