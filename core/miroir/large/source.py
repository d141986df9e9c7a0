"""The bytes of a large file, any lines of which the full reader may read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miroir.declaration.grammar import Rubrique, Text, encoding_of, rubriques
from miroir.declaration.norm import Norm
from miroir.types.source import ReceivedFile

_CODECS = {
    "ASCII": "ascii",
    "UTF-8": "utf-8",
    "Windows-1252": "cp1252",
    "ISO-8859-1": "iso-8859-1",
}
_EMPLOYEE = re.compile(rb"(?:S21\.G00\.30\.[0-9]{3},'[^\n]*\n)+")
_IDENTITY = re.compile(rb"S21\.G00\.30\.(002|004|006),'([^\n]*)'")


@dataclass(frozen=True, slots=True)
class Span:
    """Some lines: first byte, byte after the last, number of the first line."""

    start: int
    stop: int
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class LargeFile:
    """`encoding` as `grammar.decode` names it; no line of the file is blank."""

    file: ReceivedFile
    norm: Norm
    encoding: str

    @classmethod
    def of(cls, file: ReceivedFile, norm: Norm) -> LargeFile | None:
        """None for an encoding that excerpts cannot be read in."""
        encoding = encoding_of(file.content)
        return cls(file, norm, encoding) if encoding in _CODECS else None

    @property
    def one_byte(self) -> bool:
        """Whether every character is one byte."""
        return self.encoding != "UTF-8"

    def text(self, content: bytes) -> str:
        return content.decode(_CODECS[self.encoding])

    def rubriques(self, spans: Sequence[Span]) -> Iterator[Rubrique]:
        """The lines of some spans, numbered as in the file."""
        for span in spans:
            text = self.text(self.file.content[span.start : span.stop])
            yield from rubriques(Text(text.split("\n"), self.encoding, ""), span.line)

    def identity(self, start: int) -> tuple[str, str, str]:
        """Name, first names and birth date of the employee at a byte."""
        head = _EMPLOYEE.match(self.file.content, start)
        assert head is not None
        found: dict[bytes, str] = {}
        for number, value in _IDENTITY.findall(head[0]):
            found.setdefault(number, self.text(value))
        return found.get(b"002", ""), found.get(b"004", ""), found.get(b"006", "")


def complement(
    content: bytes, starts: Sequence[int], stops: Sequence[int]
) -> list[Span]:
    """What some stretches of a file, in order, leave out."""
    spans, line, counted = [], 1, 0
    for start, stop in zip([0, *stops], [*starts, len(content)], strict=True):
        if start < stop:
            line += content.count(b"\n", counted, start)
            counted = start
            spans.append(Span(start, stop, line))
    return spans
