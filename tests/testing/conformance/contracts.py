"""The contracts of the plugin of `good.py`, as its author would write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from miroir.testing.conformance import (
    CommandContract,
    DestinationContract,
    DiagnosticContract,
    FollowUpContract,
    JobContract,
    RankingContract,
    SamplingContract,
    SourceContract,
    ThresholdContract,
)


class DropContract(SourceContract):
    connector = "acme-drop"
    on_the_network = False
    files = 2
    siren = "999000243"

    def settings(self, folder: Path) -> Mapping[str, object]:
        for name in ("a.edi", "b.edi"):
            (folder / name).write_text(name)
        return {"folder": folder}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"folder": folder / "nowhere"}

    def more(self, folder: Path) -> None:
        (folder / "c.edi").write_text("c")


class RowsContract(DropContract):
    connector = "acme-rows"
    files = 1

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "a.csv").write_text("siren\nx\n")
        return {"folder": folder}


class NotebookContract(DestinationContract):
    connector = "acme-crm"
    on_the_network = False

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "crm").mkdir()
        return {"folder": folder / "crm"}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"folder": folder / "nowhere"}

    def effects(self, folder: Path) -> int:
        return len(list((folder / "crm").iterdir()))


class AloneContract(DiagnosticContract):
    diagnostic = "acme-alone"
    finds: ClassVar[frozenset[str]] = frozenset({"ACME_SEUL"})


class LeastContract(ThresholdContract):
    policy = "acme-least"


class OrderContract(RankingContract):
    policy = "acme-order"


class SizeContract(SamplingContract):
    policy = "acme-size"


class CountContract(JobContract):
    job = "acme-count"


class RecallContract(FollowUpContract):
    rule = "acme-rappel"


class GreetContract(CommandContract):
    command = "acme"
