"""From lines to envelopes (S10 to S90) and the declarations that they hold.

A delivered file may wrap envelopes in lots (S05, S06, S96, S95 .G51) and add
service rubriques (.9xx); S90.G00.90.001 counts those inside the envelope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from miroir.declaration.grammar import Rubrique
from miroir.declaration.notes import Notes
from miroir.declaration.refusals import Code, Refused

LOT_BLOCKS = frozenset({"S05.G51.00", "S06.G51.00", "S95.G51.00", "S96.G51.00"})
HEADER, DECLARATION, TOTAL = "S10.G00.00", "S20.G00.05", "S90.G00.90"


@dataclass(slots=True)
class Envelope:
    """The lines of one envelope, declaration by declaration."""

    line: int
    header: list[Rubrique] = field(default_factory=list)
    declarations: list[list[Rubrique]] = field(default_factory=list)
    total: list[Rubrique] = field(default_factory=list)
    count: int = 0

    @property
    def version(self) -> str:
        """S10.G00.00.006. Raises Refused when it is absent."""
        return self._required("006")

    @property
    def is_test(self) -> bool:
        return self._required("005") == "01"

    def _required(self, number: str) -> str:
        for rubrique in self.header:
            if rubrique.block == HEADER and rubrique.number == number:
                return rubrique.value
        raise Refused(Code.ENVELOPE_INCOMPLETE, self.line, f"{HEADER}.{number}")

    def check(self) -> None:
        """Raise Refused when header, end or totals are not right."""
        for rubrique in (*self.header, *self.total):
            if rubrique.fault is not None and rubrique.fault.refused:
                raise Refused(rubrique.fault, rubrique.line)
        if not self.total:
            raise Refused(Code.ENVELOPE_UNCLOSED, self.line)
        self._check_total("001", self.count, Code.TOTAL_LINES)
        self._check_total("002", len(self.declarations), Code.TOTAL_DECLARATIONS)
        if not self.declarations:
            raise Refused(Code.NO_DECLARATION, self.line)

    def _check_total(self, number: str, counted: int, code: Code) -> None:
        for rubrique in self.total:
            if rubrique.number == number:
                if not (rubrique.value.isascii() and rubrique.value.isdigit()):
                    raise Refused(Code.VALUE_INVALID, rubrique.line, rubrique.code)
                if int(rubrique.value) != counted:
                    raise Refused(code, rubrique.line, f"{counted} counted")
                return
        line = self.total[0].line
        raise Refused(Code.ENVELOPE_INCOMPLETE, line, f"{TOTAL}.{number}")


@dataclass(slots=True)
class Splitter:
    """Cuts a stream of lines into envelopes; strays are kept as refusals.

    `partial`: some lines are not given, none of them blank; they count.
    """

    notes: Notes
    strays: list[Refused] = field(default_factory=list)
    partial: bool = False
    _open: Envelope | None = None
    _previous: Rubrique | None = None

    def split(self, rubriques: Iterable[Rubrique]) -> Iterator[Envelope]:
        for rubrique in rubriques:
            if rubrique.fault is Code.BLANK_LINE:
                self.notes.add(Code.BLANK_LINE, rubrique.line)
                continue
            closed = self._closed_by(rubrique)
            if closed is not None:
                yield closed
            self._take(rubrique)
            self._previous = rubrique
        if self._open is not None:
            yield self._open

    def _closed_by(self, rubrique: Rubrique) -> Envelope | None:
        """The open envelope, when this line can no longer belong to it."""
        envelope = self._open
        if envelope is None:
            return None
        ended = bool(envelope.total) and not (
            rubrique.block == TOTAL and self._follows(rubrique)
        )
        if ended or self._starts(rubrique, HEADER) or rubrique.block in LOT_BLOCKS:
            self._open = None
            return envelope
        return None

    def _take(self, rubrique: Rubrique) -> None:
        envelope = self._open
        if envelope is None:
            if rubrique.block in LOT_BLOCKS:
                return
            if rubrique.block != HEADER:
                self._stray(rubrique)
                return
            envelope = self._open = Envelope(rubrique.line)
        envelope.count += self._passed(rubrique) + 1
        if self._starts(rubrique, DECLARATION):
            envelope.declarations.append([rubrique])
        elif rubrique.block == TOTAL:
            envelope.total.append(rubrique)
        elif envelope.declarations:
            envelope.declarations[-1].append(rubrique)
        else:
            envelope.header.append(rubrique)

    def _passed(self, rubrique: Rubrique) -> int:
        """Lines not given since the one before."""
        if not self.partial or self._previous is None:
            return 0
        return rubrique.line - self._previous.line - 1

    def _stray(self, rubrique: Rubrique) -> None:
        """Lines outside any envelope: the first of a run stands for all."""
        code = rubrique.fault or Code.OUTSIDE_ENVELOPE
        if not code.refused:
            code = Code.OUTSIDE_ENVELOPE
        if not self.strays or self.strays[-1].code is not code:
            self.strays.append(Refused(code, rubrique.line))

    def _starts(self, rubrique: Rubrique, block: str) -> bool:
        return rubrique.block == block and not self._follows(rubrique)

    def _follows(self, rubrique: Rubrique) -> bool:
        """The line goes on with the block instance of the previous line."""
        previous = self._previous
        return (
            previous is not None
            and previous.block == rubrique.block
            and previous.number < rubrique.number
        )
