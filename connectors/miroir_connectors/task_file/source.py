"""Task files: one row is one task of a basket, or one request of a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from miroir import (
    CollectRequest,
    ReceivedFile,
    Refusal,
    Task,
    TaskReading,
    TaskSource,
)

from miroir_connectors.cells import Cells
from miroir_connectors.layout import Layout, refuse_misfit
from miroir_connectors.local import read_file

PREFIX = "TACHE"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "siren": ("n° siren", "numero siren", "siren entreprise"),
    "siret": ("n° siret", "numero siret", "siret etablissement"),
    "period": ("periode", "mois", "mois de paie"),
    "reference": ("n° tache", "numero de tache", "n° demande", "identifiant"),
    "adviser": ("conseiller", "corbeille", "affecte a", "gestionnaire"),
    "subject": ("objet", "libelle", "demande", "motif"),
}


@dataclass(frozen=True, kw_only=True)
class TaskFile(TaskSource):
    """One file of tasks: CSV, workbook (XLSX), or lines of fixed width.

    `channel`: basket, or how clients asked: callback, mail, call. A column of
    `reference`, the number of the task, is required: it makes a task known
    when it comes again.
    """

    path: Path
    channel: Literal["basket", "callback", "mail", "call"] = "basket"
    columns: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sheet: str = ""

    def __post_init__(self) -> None:
        self._layout.check()

    @property
    def _layout(self) -> Layout:
        return Layout(
            known=COLUMNS,
            prefix=PREFIX,
            names=self.columns,
            required=("reference",),
            widths=self.widths or None,
            sheet=self.sheet,
        )

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the file, whole: it is small."""
        yield read_file(self.path, "path")

    def read(self, file: ReceivedFile) -> TaskReading:
        """Take the rows that are right, refuse the others one by one."""
        tasks: list[Task] = []
        refusals: list[Refusal] = []
        for row in self._layout.read(file):
            read = row if isinstance(row, Refusal) else self._task(row)
            if isinstance(read, Refusal):
                refusals.append(read)
            else:
                tasks.append(read)
        refuse_misfit(file, len(tasks), len(refusals), self._layout)
        return TaskReading(tasks=tuple(tasks), refusals=tuple(refusals))

    def _task(self, cells: Cells) -> Task | Refusal:
        siret = cells.siret()
        found = Task(
            channel=self.channel,
            siren=cells.siren(siret),
            siret=siret,
            period=cells.period(),
            reference=cells.text("reference"),
            adviser=cells.text("adviser"),
            subject=cells.text("subject"),
            file=cells.file,
            line=cells.line,
        )
        if not found.reference:
            cells.fault("REFERENCE", "reference is empty", "Give the task's number.")
        return cells.refusal(PREFIX) if cells.faults else found
