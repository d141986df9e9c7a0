"""One query on a database, its rows kept as JSON lines and read like a file.

The database is only read: the transaction is read-only where the database
knows it, and rolled back everywhere. Values are bound, never written into
the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from miroir import CollectRequest, ReceivedFile, Secret, SourceError

from miroir_connectors.mapped import MappedSource
from miroir_connectors.records.container import Format
from miroir_connectors.records.cursors import CursorType, later, start_of, written
from miroir_connectors.sql.reading import Question, address_of, answer
from miroir_connectors.sql.values import as_line

_BOUND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_KNOWN = {"siren", "cursor"}


@dataclass(slots=True)
class _Progress:
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class SqlQuery(MappedSource):
    """The rows that `query`, or the file `query_file`, gives on `url`.

    `url` is an SQLAlchemy address: it holds a password, and is a secret. The
    query may hold `:siren`, NULL unless one company is asked for, and
    `:cursor`: what `cursor_column` held last, at first `cursor_start`.
    """

    url: Secret
    query: str = ""
    query_file: Path | None = None
    cursor_column: str = ""
    cursor_start: str = ""
    cursor_type: CursorType = "text"
    most_rows: int = 1_000_000
    timeout_seconds: int = 300
    kind: Literal["adhesion", "campaign", "task"]
    format: Format = field(default="jsonl", init=False)
    sheet: str = field(default="", init=False)
    delimiter: str = field(default="", init=False)
    encoding: str = field(default="utf-8", init=False)
    records: str = field(default="", init=False)
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict, init=False)
    _progress: _Progress = field(
        default_factory=_Progress, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        MappedSource.__post_init__(self)
        if bool(self.query) == (self.query_file is not None):
            raise ValueError("give either `query` or `query_file`")
        if bool(self.cursor_column) != bool(self.cursor_start):
            raise ValueError("`cursor_column` and `cursor_start` go together")
        if self.cursor_column:
            start_of(self.cursor_start, self.cursor_type)
        if self.query:
            self._check_query(self.query)
        if self.most_rows < 1 or self.timeout_seconds < 1:
            raise ValueError("`most_rows` and `timeout_seconds` are 1 or more")

    @property
    def incremental(self) -> bool:
        """With a cursor, it gives the rows that are new."""
        return bool(self.cursor_column)

    def check(self) -> None:
        """Raise SourceError when the query cannot be run."""
        with closing(answer(self._question(CollectRequest()))) as rows:
            next(rows, None)

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give one file: a line of JSON per row, in an order of its own."""
        progress = self._progress
        progress.cursor = request.cursor
        question = self._question(request)
        lines: list[str] = []
        with closing(answer(question)) as rows:
            for row in rows:
                if len(lines) == self.most_rows:
                    raise SourceError(
                        f"{question.address}: more than {self.most_rows} rows. If that "
                        "is right, raise the key `most_rows`."
                    )
                lines.append(as_line(row, question.address))
                progress.cursor = self._later(progress.cursor, row, question.address)
        if lines or not self.incremental:
            # A database promises no order: the same rows have to be the same bytes.
            content = "".join(f"{line}\n" for line in sorted(lines)).encode()
            yield ReceivedFile.of(question.address, content)

    def next_cursor(self) -> str | None:
        """The highest value of `cursor_column` that was seen."""
        return self._progress.cursor if self.incremental else None

    def _later(
        self, cursor: str | None, row: Mapping[str, object], address: str
    ) -> str | None:
        if not self.cursor_column:
            return None
        value = row.get(self.cursor_column)
        if value is None:
            raise SourceError(
                f"{address}: a row holds nothing in {self.cursor_column}, which is to "
                "be the cursor. Correct the query, or the key `cursor_column`."
            )
        return later(cursor, written(value), self.cursor_type)

    def _question(self, request: CollectRequest) -> Question:
        query = self._check_query(self._query())
        bound: dict[str, object] = {}
        if "siren" in query:
            bound["siren"] = request.siren
        if "cursor" in query:
            bound["cursor"] = start_of(
                request.cursor or self.cursor_start, self.cursor_type
            )
        return Question(
            url=self.url,
            address=address_of(self.url),
            query=self._query(),
            bound=bound,
            seconds=self.timeout_seconds,
        )

    def _query(self) -> str:
        if self.query_file is None:
            return self.query
        try:
            return self.query_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"{self.query_file}: the query cannot be read ({error}). Correct the "
                "key `query_file`."
            ) from error

    def _check_query(self, query: str) -> set[str]:
        """The values that a query wants; raises ValueError for others."""
        wanted = set(_BOUND.findall(query))
        unknown = sorted(wanted - _KNOWN)
        if unknown:
            raise ValueError(
                f"the query wants :{', :'.join(unknown)}; there are :siren and :cursor "
                r"(write \: for a colon of its own)"
            )
        if ("cursor" in wanted) != bool(self.cursor_column):
            raise ValueError("`:cursor` in the query and `cursor_column` go together")
        return wanted
