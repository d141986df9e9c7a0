"""The objects of a list over HTTP, kept as JSON lines and read like a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from miroir import CollectRequest, ReceivedFile, Secret, SourceError, SourceUnavailable

from miroir_connectors.mapped import MappedSource
from miroir_connectors.records.container import Format
from miroir_connectors.records.cursors import CursorType, later, start_of
from miroir_connectors.records.objects import value_at, written_line
from miroir_connectors.records.row import as_text
from miroir_connectors.rest.access import Access
from miroir_connectors.rest.pages import Paging, pages


@dataclass(slots=True)
class _Progress:
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class RestApi(MappedSource):
    """The objects that `url` lists, at the JSON pointer `records`.

    `paging`: `none`; `page`, numbers from `first_page` in `page_parameter`;
    `cursor`, the value at the pointer `next`, sent in `next_parameter`;
    `link`, the address at the pointer `next`, or that of the header Link.
    `total` points at the number of objects: a list that changed while it was
    read is read again. `cursor_path` is the value that grows, sent in
    `cursor_parameter`, at first `cursor_start`. `siren_parameter` asks for one
    company. `query` is sent with every request.

    Who we are: `api_key` in `api_key_header`; or `user` and `password`; or
    `token_url`, `client_id` and `client_secret` (OAuth 2.0, client
    credentials); and `certificate` with `certificate_key` (mutual TLS).
    """

    kind: Literal["adhesion", "campaign", "task"]
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    paging: Literal["none", "page", "cursor", "link"] = "none"
    page_parameter: str = "page"
    first_page: int = 1
    size_parameter: str = ""
    page_size: int = 100
    next: str = ""
    next_parameter: str = "cursor"
    total: str = ""
    siren_parameter: str = ""
    cursor_path: str = ""
    cursor_parameter: str = ""
    cursor_start: str = ""
    cursor_type: CursorType = "text"
    api_key: Secret | None = None
    api_key_header: str = "Authorization"
    api_key_scheme: str = "Bearer"
    user: str = ""
    password: Secret | None = None
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    scope: str = ""
    secret_in_form: bool = False
    ca_file: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_network: bool = False
    timeout_seconds: int = 30
    most_pages: int = 10_000
    most_megabytes: int = 10
    format: Format = field(default="jsonl", init=False)
    sheet: str = field(default="", init=False)
    delimiter: str = field(default="", init=False)
    encoding: str = field(default="utf-8", init=False)
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict, init=False)
    _progress: _Progress = field(
        default_factory=_Progress, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        MappedSource.__post_init__(self)
        self.access.check()
        if urlsplit(self.url).query:
            raise ValueError("`url` has no ?; give its parameters in `query`")
        for key in ("next", "total", "cursor_path"):
            if getattr(self, key) and not getattr(self, key).startswith("/"):
                raise ValueError(f'`{key}` is a JSON pointer, such as "/meta/{key}"')
        if self.paging == "cursor" and not self.next:
            raise ValueError('`paging = "cursor"` needs `next`, such as "/meta/next"')
        cursor = (self.cursor_path, self.cursor_parameter, self.cursor_start)
        if any(cursor) and not all(cursor):
            raise ValueError(
                "`cursor_path`, `cursor_parameter` and `cursor_start` go together"
            )
        if self.cursor_start:
            start_of(self.cursor_start, self.cursor_type)
        if min(self.timeout_seconds, self.most_pages, self.most_megabytes) < 1:
            raise ValueError(
                "`timeout_seconds`, `most_pages` and `most_megabytes` are 1 or more"
            )

    @property
    def incremental(self) -> bool:
        """With a cursor, it gives the objects that are new."""
        return bool(self.cursor_path)

    @property
    def access(self) -> Access:
        """Where the interface is, and who we are there."""
        return Access(
            url=self.url,
            api_key=self.api_key,
            api_key_header=self.api_key_header,
            api_key_scheme=self.api_key_scheme,
            user=self.user,
            password=self.password,
            token_url=self.token_url,
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=self.scope,
            secret_in_form=self.secret_in_form,
            ca_file=self.ca_file,
            certificate=self.certificate,
            certificate_key=self.certificate_key,
            trusted_network=self.trusted_network,
            seconds=self.timeout_seconds,
            megabytes=self.most_megabytes,
        )

    def check(self) -> None:
        """Raise SourceError when the first page cannot be had."""
        with self.access.client() as client:
            next(pages(client, self._paging(CollectRequest())), None)

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give one file: a line of JSON per object, in the order of the list."""
        progress, paging = self._progress, self._paging(request)
        progress.cursor = request.cursor
        lines: list[str] = []
        total: int | None = None
        with self.access.client() as client, closing(pages(client, paging)) as found:
            for page in found:
                total = page.total if total is None else total
                for item in page.items:
                    lines.append(written_line(item))
                    progress.cursor = self._later(progress.cursor, item)
        if total is not None and total != len(lines):
            raise SourceUnavailable(
                f"{self._name}: {len(lines)} objects where {total} were announced: the "
                "list changed while it was read. It is read again."
            )
        if lines or not self.incremental:
            content = "".join(f"{line}\n" for line in lines).encode()
            yield ReceivedFile.of(self._name, content)

    def next_cursor(self) -> str | None:
        """The highest value at `cursor_path` that was seen."""
        return self._progress.cursor if self.incremental else None

    @property
    def _name(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"

    def _paging(self, request: CollectRequest) -> Paging:
        query = dict(self.query)
        if self.siren_parameter and request.siren:
            query[self.siren_parameter] = request.siren
        if self.incremental and not request.siren:
            query[self.cursor_parameter] = request.cursor or self.cursor_start
        if self.size_parameter:
            query[self.size_parameter] = str(self.page_size)
        return Paging(
            name=self._name,
            path=urlsplit(self.url).path,
            query=query,
            headers=self.headers,
            records=self.records,
            way=self.paging,
            page_parameter=self.page_parameter,
            first_page=self.first_page,
            page_size=self.page_size if self.size_parameter else None,
            next=self.next,
            next_parameter=self.next_parameter,
            total=self.total,
            most_pages=self.most_pages,
        )

    def _later(self, cursor: str | None, item: object) -> str | None:
        if not self.cursor_path:
            return None
        value = value_at(item, self.cursor_path)
        if not isinstance(value, str | float) or value == "":
            raise SourceError(
                f"{self._name}: an object holds nothing at {self.cursor_path}, which is "
                "to be the cursor. Correct the key `cursor_path`."
            )
        return later(cursor, as_text(value), self.cursor_type)
