"""The rows of a file, read as what the configuration says they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from miroir import (
    AdhesionReading,
    CampaignLine,
    CampaignReading,
    ReceivedFile,
    Refusal,
    Task,
    TaskReading,
)

from miroir_connectors.kinds import adhesion, campaign, task
from miroir_connectors.mapping.cells import Cells
from miroir_connectors.mapping.layout import Layout
from miroir_connectors.mapping.widths import refuse_misfit

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """The columns of a kind of rows, what must be there, how refusals begin."""

    columns: Mapping[str, tuple[str, ...]]
    prefix: str
    required: tuple[str, ...] = ()


KINDS: Mapping[str, RowKind] = {
    "adhesion": RowKind(
        columns={**adhesion.COLUMNS, **adhesion.OPTIONAL},
        prefix=adhesion.PREFIX,
        # A column that is forgotten would change what was due.
        required=tuple(adhesion.COLUMNS),
    ),
    "campaign": RowKind(columns=campaign.COLUMNS, prefix=campaign.PREFIX),
    "task": RowKind(
        columns=task.COLUMNS,
        prefix=task.PREFIX,
        # It makes a task known when it comes again.
        required=("reference",),
    ),
}


def read_adhesion(file: ReceivedFile, layout: Layout) -> AdhesionReading:
    """Conditions taken and rows refused; raises RowsRefused."""
    read = [
        row if isinstance(row, Refusal) else adhesion.read_condition(row)
        for row in layout.read(file)
    ]
    reading = adhesion.gather(read)
    _require_fit(file, layout, len(reading.conditions), len(reading.refusals))
    return reading


def read_campaign(file: ReceivedFile, layout: Layout, name: str) -> CampaignReading:
    """Lines taken and rows refused; `name`: that of the campaign."""
    lines: _Sorted[CampaignLine] = _Sorted.of(
        layout.read(file), lambda cells: campaign.read_line(cells, name)
    )
    _require_fit(file, layout, len(lines.taken), len(lines.refused))
    return CampaignReading(lines=lines.taken, refusals=lines.refused)


def read_tasks(
    file: ReceivedFile, layout: Layout, channel: task.Channel
) -> TaskReading:
    """Tasks taken and rows refused; `channel`: how they came."""
    tasks: _Sorted[Task] = _Sorted.of(
        layout.read(file), lambda cells: task.read_task(cells, channel)
    )
    _require_fit(file, layout, len(tasks.taken), len(tasks.refused))
    return TaskReading(tasks=tasks.taken, refusals=tasks.refused)


@dataclass(frozen=True, slots=True)
class _Sorted(Generic[T]):
    taken: tuple[T, ...]
    refused: tuple[Refusal, ...]

    @classmethod
    def of(
        cls, rows: Iterable[Cells | Refusal], read: Callable[[Cells], T | Refusal]
    ) -> _Sorted[T]:
        taken: list[T] = []
        refused: list[Refusal] = []
        for row in rows:
            found = row if isinstance(row, Refusal) else read(row)
            if isinstance(found, Refusal):
                refused.append(found)
            else:
                taken.append(found)
        return cls(tuple(taken), tuple(refused))


def _require_fit(file: ReceivedFile, layout: Layout, taken: int, refused: int) -> None:
    refuse_misfit(file, taken, refused, layout.widths or {})
