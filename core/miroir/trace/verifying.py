"""Following a chain from its first line, beside every head that was signed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from miroir.privacy import TraceKeys
from miroir.trace.chain import FIRST, Head, Line, holds
from miroir.trace.heads import SignedHead


class Fault(NamedTuple):
    """Something that is not as it was written; `seq` is the line, 0 for none."""

    seq: int
    text: str

    def __str__(self) -> str:
        return f"line {self.seq} {self.text}" if self.seq else self.text


RESTORED = "trace.restored"
"""The act of who restored a backup."""


class Restored(NamedTuple):
    """A restore: what was signed after line `after`, up to `until`, was lost."""

    after: int
    until: int
    at: datetime

    @classmethod
    def of(cls, line: Line) -> Restored:
        facts = json.loads(line.facts)
        return cls(int(facts["after"]), int(facts["until"]), line.at)

    def lost(self, head: SignedHead) -> bool:
        return self.after < head.seq <= self.until and head.at <= self.at


@dataclass(slots=True, kw_only=True)
class Walk:
    """One passage along a chain. Without `keys`, seals are not checked.

    `public` gives the key that a head was signed with, by the id of its root;
    `heads` are those kept, under the name of the place that keeps them.
    """

    chain: str
    keys: TraceKeys | None
    public: Callable[[str], bytes | None]
    heads: Mapping[str, Sequence[SignedHead]] = field(default_factory=dict)
    lines: int = 0
    before: Head = FIRST
    restored: list[Restored] = field(default_factory=list)
    _expected: dict[int, list[tuple[str, SignedHead]]] = field(init=False)
    _other: list[tuple[str, SignedHead]] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._expected = {}
        for place, heads in self.heads.items():
            for head in heads:
                self._expected.setdefault(head.seq, []).append((place, head))

    def follow(self, lines: Iterable[Line]) -> Iterator[Fault]:
        """The faults of lines that follow those seen so far."""
        for line in lines:
            if said := holds(self.before, self.keys, self.chain, line):
                yield Fault(line.seq, said)
            elif line.act == RESTORED:
                self.restored.append(Restored.of(line))
            for place, head in self._expected.get(line.seq, ()):
                if (head.digest, head.seal) == (line.digest, line.seal):
                    self._met.add(head.signature)
                else:
                    self._other.append((place, head))
            self.before = line.head
            self.lines += 1

    def lost(self, head: SignedHead) -> bool:
        """Whether a head is of lines that a restore lost, as a line itself says."""
        if head.signature in self._met:
            return False
        return any(each.lost(head) for each in self.restored)

    def end(self, head: Head | None) -> Iterator[Fault]:
        """The faults of the end: the head stored, and the heads signed."""
        if head is not None and head != self.before:
            yield Fault(
                0,
                f"the head of the journal tells of line {head.seq} and the last line "
                f"is {self.before.seq}: lines were cut, added, or an older head was "
                "put back",
            )
        for place, other in self._other:
            if not self.lost(other):
                yield Fault(other.seq, f"is not the one signed in {place}")
        for place, heads in self.heads.items():
            for signed in heads:
                yield from self._signed(place, signed)

    def _signed(self, place: str, head: SignedHead) -> Iterator[Fault]:
        if head.chain != self.chain:
            yield Fault(0, f"{place}: head {head.seq} is of another journal")
        elif not head.genuine(self.public(head.kid)):
            yield Fault(0, f"{place}: head {head.seq} was not signed by Miroir")
        elif head.seq > self.before.seq and not self.lost(head):
            yield Fault(
                0,
                f"{place}: line {head.seq} was signed and the last line is "
                f"{self.before.seq}: the end of the journal was cut, or an earlier "
                "backup was restored",
            )
