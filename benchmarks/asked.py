"""What a measurement is asked for, and the data it works on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import generate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`folder`: where data is, or is made; `rounds`: the best of so many.

    `dsn_tools`, `openfisca`: interpreters where these are installed;
    `dsn_parser`: a folder where npm installed `@fibre44/dsn-parser`.
    """

    folder: Path
    rounds: int
    megabytes: int
    files: int
    sizes: Sequence[int]
    workers_files: int
    employees: int
    dsn_tools: str | None = None
    openfisca: str | None = None
    dsn_parser: str | None = None

    def one(self) -> Path:
        """One file of a huge company; `one.json` is beside it."""
        path = self.folder / "one-01.dsn"
        if not path.exists():
            made(generate.one(self.megabytes, self.folder), self.folder / "one.json")
        return path

    def many(self) -> Path:
        """A folder of small companies; `many.json` is beside it."""
        path = self.folder / "many-01"
        if not path.exists():
            made(generate.many(self.files, self.folder), self.folder / "many.json")
        return path

    def few(self) -> Path:
        """A folder of one small company: what a command costs before any work."""
        folder = self.folder / "few"
        path = folder / "many-01"
        if not path.exists():
            folder.mkdir(exist_ok=True)
            made(generate.many(1, folder), folder / "many.json")
        return path


def made(truths: Sequence[generate.Truth], path: Path) -> None:
    """Keep what there is to find."""
    text = json.dumps([asdict(each) for each in truths], indent=1)
    path.write_text(text, encoding="utf-8")
