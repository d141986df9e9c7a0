"""Lines of the tables that the benchmarks write, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from benchmarks.process import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one task did with so many bytes, in a process of its own. `cpu`:
    seconds too, of all that it started; neighbours change them less."""

    what: str
    bytes: int
    employees: int
    seconds: float
    cpu: float
    own_mb: float
    resident_mb: float

    @classmethod
    def of(cls, what: str, run: Run, size: int, employees: int) -> Line:
        """A whole command, from its start to its end."""
        return cls(
            what=what,
            bytes=size,
            employees=employees,
            seconds=run.wall,
            cpu=run.cpu,
            own_mb=run.own_mb,
            resident_mb=run.resident_mb,
        )

    @classmethod
    def said(cls, what: str, run: Run) -> Line:
        """A task that ends with «seconds CPU bytes employees», its start left out."""
        seconds, cpu, size, employees = run.said.split()[-4:]
        return cls(
            what=what,
            bytes=int(size),
            employees=int(employees),
            seconds=float(seconds),
            cpu=float(cpu),
            own_mb=run.own_mb,
            resident_mb=run.resident_mb,
        )

    def beyond(self, smaller: Line) -> Line:
        """What more bytes took beyond fewer: the start of the command left out."""
        return replace(
            self,
            bytes=self.bytes - smaller.bytes,
            employees=self.employees - smaller.employees,
            seconds=max(self.seconds - smaller.seconds, 1e-3),
            cpu=max(self.cpu - smaller.cpu, 1e-3),
        )

    @property
    def speed(self) -> float:
        """MB/s by the clock."""
        return self.bytes / 1e6 / self.seconds

    @property
    def cpu_speed(self) -> float:
        """MB/s of CPU time."""
        return self.bytes / 1e6 / self.cpu

    @property
    def people(self) -> float:
        """Employees a second."""
        return self.employees / self.seconds


def fastest(rounds: int, tasks: Iterable[Callable[[], Line]]) -> list[Line]:
    """Every task once a round, each round in the same order; the best of each,
    by the clock and in CPU time."""
    tasks = list(tasks)
    found = [[task() for task in tasks] for _ in range(rounds)]
    return [
        replace(
            min(own, key=lambda line: line.seconds),
            cpu=min(line.cpu for line in own),
        )
        for own in zip(*found, strict=True)
    ]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown: the first column is text, the others figures."""
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "".join(f"| {' | '.join(each)} |\n" for each in lines)


def number(value: float) -> str:
    """Three figures that say something; nothing for zero."""
    if not value:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
