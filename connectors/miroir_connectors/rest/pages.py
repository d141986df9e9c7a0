"""The pages of a list: numbered, by a cursor, or each with the address of the next."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from miroir import SourceError

from miroir_connectors.records.objects import list_at, parsed, value_at
from miroir_connectors.records.row import as_text
from miroir_connectors.rest.outcomes import explained

if TYPE_CHECKING:
    from miroir.http import Answer, HttpClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list is asked for, and where its parts are in an answer."""

    name: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    records: str
    way: Literal["none", "page", "cursor", "link"]
    page_parameter: str
    first_page: int
    page_size: int | None
    next: str
    next_parameter: str
    total: str
    most_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The objects of one page. `total`: how many the list says it has."""

    items: list[object]
    total: int | None
    next: tuple[str, Mapping[str, str]] | None
    """The address of the next page and its query; None: this is the last."""


def pages(client: HttpClient, paging: Paging) -> Generator[Page, None, None]:
    """The pages, one by one; raises SourceError or SourceUnavailable.

    A page that leads to one already seen is an error: it would never end.
    """
    where: tuple[str, Mapping[str, str]] | None = (paging.path, _first(paging))
    before: list[object] = []
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    while where is not None:
        place = (where[0], tuple(sorted(where[1].items())))
        if place in seen:
            raise SourceError(
                f"{paging.name}: a page leads back to one already read. Correct "
                "`paging`, or tell who keeps the interface."
            )
        if len(seen) == paging.most_pages:
            raise SourceError(
                f"{paging.name}: more than {paging.most_pages} pages. If that is right, "
                "raise the key `most_pages`."
            )
        seen.add(place)
        with explained(paging.name):
            page = _page(client, paging, where, len(seen))
        if page.items and page.items == before:
            raise SourceError(
                f"{paging.name}: two pages in a row are the same. Correct "
                "`page_parameter` or `next_parameter`: it has no effect."
            )
        yield page
        before = page.items
        where = page.next


def _first(paging: Paging) -> Mapping[str, str]:
    if paging.way != "page":
        return paging.query
    return {**paging.query, paging.page_parameter: str(paging.first_page)}


def _page(
    client: HttpClient,
    paging: Paging,
    where: tuple[str, Mapping[str, str]],
    number: int,
) -> Page:
    from miroir.http import Request

    path, query = where
    answer = client.send(
        Request(
            what=f"read page {number}",
            path=path,
            query=query,
            headers={"Accept": "application/json", **paging.headers},
        )
    )
    document = parsed(paging.name, _text(paging.name, answer))
    items = list_at(paging.name, document, paging.records)
    return Page(
        items=items,
        total=_total(paging, document),
        next=_next(paging, answer, document, path, number, len(items)),
    )


def _next(
    paging: Paging,
    answer: Answer,
    document: object,
    path: str,
    number: int,
    items: int,
) -> tuple[str, Mapping[str, str]] | None:
    match paging.way:
        case "page":
            if not items or (paging.page_size and items < paging.page_size):
                return None
            page = str(paging.first_page + number)
            return path, {**paging.query, paging.page_parameter: page}
        case "cursor":
            value = value_at(document, paging.next)
            if isinstance(value, str | float) and value != "":
                query = {**paging.query, paging.next_parameter: as_text(value)}
                return path, query
        case "link":
            link = _link(answer) if not paging.next else value_at(document, paging.next)
            if isinstance(link, str) and link:
                # The address is whole: the parameters are in it.
                return urljoin(urljoin(paging.name, path), link), {}
    return None


def _link(answer: Answer) -> str:
    """The address of rel="next" in the header Link (RFC 8288)."""
    from requests.utils import parse_header_links

    for link in parse_header_links(answer.headers.get("Link", "")):
        if "next" in link.get("rel", "").casefold().split():
            return str(link["url"])
    return ""


def _total(paging: Paging, document: object) -> int | None:
    if not paging.total:
        return None
    value = value_at(document, paging.total)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise SourceError(
        f"{paging.name}: no number at {paging.total}. Correct the key `total`."
    )


def _text(name: str, answer: Answer) -> str:
    try:
        return answer.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{name}: the answer is not UTF-8.") from None
