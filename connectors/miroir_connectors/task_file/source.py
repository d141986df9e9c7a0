"""One file of tasks: one row is one task of a basket, or one request of a client."""

from __future__ import annotations

from dataclasses import dataclass, field

from miroir import ReceivedFile, TaskReading
from miroir.types.source import Kind

from miroir_connectors.kinds.reading import read_tasks
from miroir_connectors.one_file import OneFile


@dataclass(frozen=True, kw_only=True)
class TaskFile(OneFile):
    """One file of tasks: a `file` whose kind is known."""

    kind: Kind = field(default="task", init=False)

    def read(self, file: ReceivedFile) -> TaskReading:
        """Take the rows that are right, refuse the others one by one."""
        return read_tasks(file, self.layout, self.channel)
