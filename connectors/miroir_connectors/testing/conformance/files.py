"""The contract of what reads one file of rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.tables import RECORDED


class FileContract(SourceContract):
    """A source whose `path` is one file; `extra` are its other keys."""

    on_the_network = False
    recorded = RECORDED
    rows: ClassVar[str]
    extra: ClassVar[Mapping[str, object]] = {}

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "rows.csv").write_text(self.rows, encoding="utf-8")
        return {"path": folder / "rows.csv", **self.extra}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"path": folder / "absent.csv", **self.extra}
