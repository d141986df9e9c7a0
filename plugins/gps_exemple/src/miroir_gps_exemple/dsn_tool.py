"""The DSN of Horizon's tool, read over HTTP, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from miroir import CollectRequest, DsnSource, ReceivedFile, SourceUnavailable

if TYPE_CHECKING:
    from miroir_gps_exemple.client import Client


@dataclass(frozen=True, kw_only=True)
class HorizonDsn(DsnSource):
    """`GET {url}/declarations` lists the DSN, `…/declarations/<id>` gives one.

    `token` comes from a secret file. A file above `most_megabytes` is refused.
    A call without an answer after `connect_seconds`, `read_seconds` or
    `total_seconds` is made again, `attempts` times in all.
    """

    url: str
    token: str = field(repr=False)
    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    total_seconds: float = 300.0
    most_megabytes: float = 200.0
    attempts: int = 4
    longest_wait_seconds: float = 20.0
    _seen: list[str] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        safe = address.scheme == "https" or _is_loopback(address.hostname or "")
        if address.scheme not in ("http", "https") or not address.hostname or not safe:
            raise ValueError("`url` must begin with https://, else the token is seen")
        if not self.token or not self.token.isascii() or not self.token.isprintable():
            raise ValueError("`token` must be a word of ASCII characters")
        if self.attempts < 1:
            raise ValueError("`attempts` must be at least 1")

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give what arrived since the cursor, in the order of the tool."""
        # When nothing is new, the next collection starts from the same place.
        start = request.cursor if not request.siren else None
        self._seen[:] = [start] if start else []
        client = self._client()
        query = {"siren": request.siren} if request.siren else {}
        if request.cursor:
            query["after"] = request.cursor
        for listed in client.declarations(query):
            file = ReceivedFile.of(f"horizon/{listed.id}", client.content(listed.id))
            if file.sha256 != listed.sha256:
                raise SourceUnavailable(
                    f"{self.url}: declaration {listed.id} came altered (its sha256 "
                    "is not the one announced). Collect again."
                )
            yield file
            # A collection of one company says nothing about the others.
            if not request.siren:
                self._seen[:] = [listed.id]

    def check(self) -> None:
        """Ask for one page: it proves the address and the token."""
        next(self._client().declarations({}), None)

    def next_cursor(self) -> str | None:
        """The last declaration given, which the next collection starts after."""
        return self._seen[0] if self._seen else None

    def _client(self) -> Client:
        # Late, so that `miroir --help` does not import requests.
        from miroir_gps_exemple.client import Client

        return Client(self)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
