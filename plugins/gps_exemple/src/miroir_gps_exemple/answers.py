"""What Horizon's DSN tool answers, checked before it is used."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from miroir import SourceError, SourceUnavailable

_WORD = re.compile(r"[0-9A-Za-z._~-]{1,200}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One declaration of a list. `id` is safe in an address."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; `next` names the following one."""

    declarations: tuple[Listed, ...]
    next: str | None


def read_page(url: str, body: bytes) -> Page:
    """Read `{"declarations": [{"id": …, "sha256": …}], "next": …}`.

    A body that is no JSON was cut, which may not happen again; JSON of
    another form will stay what it is.
    """
    try:
        document = json.loads(body)
    except ValueError:
        raise SourceUnavailable(
            f"{url}: the list is not JSON, or was cut. Try again later."
        ) from None
    try:
        listed = tuple(_listed(item) for item in document["declarations"])
        following = document["next"]
        if following is not None and not _WORD.fullmatch(following):
            raise ValueError("next")
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{url}: the list has another form than expected ({error}). "
            "Was the DSN tool upgraded? Update miroir-gps-exemple."
        ) from error
    return Page(declarations=listed, next=following)


def _listed(item: dict[str, str]) -> Listed:
    id, sha256 = item["id"], item["sha256"]
    if not _WORD.fullmatch(id) or id in (".", "..") or not _DIGEST.fullmatch(sha256):
        raise ValueError("id or sha256")
    return Listed(id=id, sha256=sha256)
