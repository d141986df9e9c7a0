"""Calls to Horizon's DSN tool: bounded in time and size, made again if useful."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import requests
from miroir import SourceError, SourceUnavailable
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from miroir_gps_exemple.answers import Listed, Page, read_page

if TYPE_CHECKING:
    from miroir_gps_exemple.dsn_tool import HorizonDsn

T = TypeVar("T")

_PAGE_BYTES = 10_000_000
_MOST_PAGES = 100_000
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Client:
    """One source's calls. Errors name the address and never show the token."""

    source: HorizonDsn

    def declarations(self, query: Mapping[str, str]) -> Iterator[Listed]:
        """The declarations listed by the tool, page after page."""
        asked = dict(query)
        url = f"{self.source.url}/declarations"
        for _ in range(_MOST_PAGES):
            page = self._again(partial(self._page, url, dict(asked)))
            yield from page.declarations
            if page.next is None:
                return
            if page.next == asked.get("page"):
                break
            asked["page"] = page.next
        raise SourceError(f"{self.source.url}: the pages of the list never end.")

    def content(self, id: str) -> bytes:
        """The bytes of one declaration."""
        most = int(self.source.most_megabytes * 1_000_000)
        url = f"{self.source.url}/declarations/{id}"
        return self._again(partial(self._get, url, {}, most))

    def _page(self, url: str, query: Mapping[str, str]) -> Page:
        # Read within the attempt: a list cut on the way is asked for again.
        return read_page(url, self._get(url, query, _PAGE_BYTES))

    def _again(self, call: Callable[[], T]) -> T:
        retrying = Retrying(
            retry=retry_if_exception_type(SourceUnavailable),
            stop=stop_after_attempt(self.source.attempts),
            wait=wait_random_exponential(max=self.source.longest_wait_seconds),
            reraise=True,
        )
        return retrying(call)

    def _get(self, url: str, query: Mapping[str, str], most: int) -> bytes:
        source = self.source
        try:
            with requests.get(
                url,
                params=dict(query),
                headers={"Authorization": f"Bearer {source.token}"},
                timeout=(source.connect_seconds, source.read_seconds),
                stream=True,
                allow_redirects=False,  # a token goes to one address only
            ) as answer:
                _refuse(url, answer.status_code)
                return self._body(url, answer, most)
        except requests.RequestException as error:
            # From None: its text quotes the request.
            raise SourceUnavailable(
                f"{url}: no whole answer ({type(error).__name__}). "
                "Try again later; see `connect_seconds` and `read_seconds`."
            ) from None

    def _body(self, url: str, answer: requests.Response, most: int) -> bytes:
        end = time.monotonic() + self.source.total_seconds
        body = bytearray()
        for block in answer.iter_content(_BLOCK):
            body += block
            if len(body) > most:
                raise SourceError(
                    f"{url}: more than {most} bytes. Raise `most_megabytes`, if "
                    "such a file is expected."
                )
            # A read timeout alone lets a byte now and then go on for ever.
            if time.monotonic() > end:
                raise SourceUnavailable(
                    f"{url}: not finished after {self.source.total_seconds:g} s. "
                    "Try again later; see `total_seconds`."
                )
        return bytes(body)


def _refuse(url: str, status: int) -> None:
    if status == 200:
        return
    if status in (401, 403):
        raise SourceError(
            f"{url}: the DSN tool refuses the token (HTTP {status}). Is the secret "
            "`token` right, and still valid?"
        )
    if status == 404:
        raise SourceError(f"{url}: not found (HTTP 404). Is `url` right?")
    if status == 429 or status >= 500:
        raise SourceUnavailable(f"{url}: the DSN tool is busy (HTTP {status}).")
    raise SourceError(f"{url}: unexpected answer (HTTP {status}). Is `url` right?")
