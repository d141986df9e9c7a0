"""What a source gives: files as received, rows read from them, refusals."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from miroir.types.adhesion import AdhesionCondition
from miroir.types.campaign import CampaignLine, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that was not taken: where it stands, why, what to do.

    `line` counts from 1; 0 means the whole file. `code` is one of
    docs/refusals.md and never changes its meaning.
    """

    file: str
    line: int
    code: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """The bytes of one file exactly as they came, with their fingerprint."""

    name: str
    content: bytes = field(repr=False)
    sha256: str
    modified_at: datetime | None = None

    @classmethod
    def of(cls, name: str, content: bytes) -> ReceivedFile:
        """These bytes under this name, which is unique in its source."""
        digest = hashlib.sha256(content).hexdigest()
        return cls(name=name, content=content, sha256=digest)

    @classmethod
    def from_path(cls, path: Path) -> ReceivedFile:
        """Read a file; raises OSError."""
        return cls.of(str(path), path.read_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectRequest:
    """What the core asks of a source.

    `siren`: only this company is wanted; a source that cannot select gives
    everything. `cursor`: what the source's last complete collection returned
    as `next_cursor`, None the first time.
    """

    siren: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdhesionReading:
    """Rows of one adhesion file: taken + refused = read."""

    conditions: tuple[AdhesionCondition, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.conditions) + len(self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignReading:
    """Rows of one campaign file: taken + refused = read."""

    lines: tuple[CampaignLine, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.lines) + len(self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReading:
    """Rows of one file of tasks: taken + refused = read."""

    tasks: tuple[Task, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.tasks) + len(self.refusals)


Reading = AdhesionReading | CampaignReading | TaskReading


Kind = Literal["dsn", "adhesion", "campaign", "task"]
"""What the files of a source hold."""


class Source(ABC):
    """One place that files come from.

    A source is a frozen dataclass: its fields are the keys that its table
    `[sources.<name>]` accepts in the configuration; unknown keys are refused.
    `kind` is that of its class, or one of its fields.
    """

    kind: Kind

    @property
    def incremental(self) -> bool:
        """Whether it gives what is new only: how much says nothing then."""
        return False

    @abstractmethod
    def collect(self, request: CollectRequest) -> Iterable[ReceivedFile]:
        """Give the files that are there, in a stable order.

        Giving again a file already given is harmless: bytes are known by
        their sha256. Raise SourceUnavailable when trying later may help,
        SourceError when it cannot.
        """

    def taken(self, file: ReceivedFile) -> None:  # noqa: B027  nothing to put away
        """Be told that a file is safe here: archived, and recorded as received.

        A source may then put it away, never before. Called again for a file
        given again. Raise SourceError when that fails.
        """

    def check(self) -> None:
        """Raise SourceError when the place cannot be reached (`doctor`)."""
        for _ in self.collect(CollectRequest()):
            return

    def next_cursor(self) -> str | None:
        """Where the next collection should start; None: from the beginning."""
        return None

    def size(self) -> int | None:
        """How many files the whole place holds, asked after a collection.

        A source with a cursor, which gives only what is new, says it when it
        can, so that one that shrinks is noticed. None: it cannot.
        """
        return None


class DsnSource(Source):
    """A source of DSN files; the core reads them."""

    kind = "dsn"


class RowSource(Source):
    """A source of files that it reads itself, into typed rows."""

    @abstractmethod
    def read(self, file: ReceivedFile) -> Reading:
        """Read one file; raises RowsRefused when its columns are unknown."""


class AdhesionSource(RowSource):
    """A source of adhesion conditions, which it reads itself."""

    kind = "adhesion"

    @abstractmethod
    def read(self, file: ReceivedFile) -> AdhesionReading:
        """Read one file; raises RowsRefused when its columns are unknown."""


class CampaignSource(RowSource):
    """A source of campaign lines, which it reads itself."""

    kind = "campaign"

    @abstractmethod
    def read(self, file: ReceivedFile) -> CampaignReading:
        """Read one file; raises RowsRefused when its columns are unknown."""


class TaskSource(RowSource):
    """A source of basket tasks or client requests, which it reads itself."""

    kind = "task"

    @abstractmethod
    def read(self, file: ReceivedFile) -> TaskReading:
        """Read one file; raises RowsRefused when its columns are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConnector:
    """What `miroir_sources` returns: a name and the class behind it.

    The configuration names it: `[sources.depot]`, `connector = "<name>"`.
    """

    name: str
    source: type[Source]
    summary: str = ""
