"""Remarks gathered while reading: said once, with how often and where first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from miroir.declaration.refusals import Code
from miroir.types.source import Refusal


@dataclass(slots=True)
class Notes:
    """Remarks of one file, one per code and subject, in the order met."""

    file: str
    _seen: dict[tuple[Code, str], list[int]] = field(default_factory=dict)

    def add(self, code: Code, line: int, subject: str = "", times: int = 1) -> None:
        """Remember a remark. `subject` is a code or a number, never a value."""
        found = self._seen.get((code, subject))
        if found is None:
            self._seen[code, subject] = [line, times]
        else:
            found[1] += times

    def each(self) -> Iterator[tuple[Code, str, int, int]]:
        """Code, subject, first line and times of each remark, in order."""
        for (code, subject), (line, times) in self._seen.items():
            yield code, subject, line, times

    def all(self) -> tuple[Refusal, ...]:
        return tuple(
            code.at(self.file, line, _detail(subject, count))
            for (code, subject), (line, count) in self._seen.items()
        )


def _detail(subject: str, count: int) -> str:
    times = f"{count} times" if count > 1 else ""
    return ", ".join(part for part in (subject, times) if part)
