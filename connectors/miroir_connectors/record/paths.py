"""Where things are in a REST interface: paths with names, places in an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

from miroir import Intent

PLACE = re.compile(r"\{(\w*)\}")
KNOWN = frozenset({"siren", "record", "key", "reference"})


@dataclass(frozen=True, kw_only=True)
class Search:
    """A GET that gives a list. `items`: where it stands, `id`: where in an item.

    Places are written with dots; nothing is the answer itself.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    path: str
    items: str = ""
    id: str = "id"


@dataclass(frozen=True, kw_only=True)
class Write:
    """A request that makes something; `id`: where its id stands in the answer.

    `values` are sent beside the fields of the record, as they are.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    path: str
    method: str = "POST"
    id: str = "id"
    values: Mapping[str, str] = field(default_factory=dict)


def repeats(write: Write) -> bool:
    """Whether doing it again changes nothing."""
    return write.method == "PUT" or "{key}" in write.path


def values(intent: Intent, record: str) -> Mapping[str, str]:
    """What may stand between braces."""
    return {
        "siren": intent.siren,
        "record": record,
        "key": intent.key,
        "reference": intent.reference,
    }


def filled(path: str, intent: Intent, record: str) -> str:
    """A path with its values, each of them encoded."""
    known = values(intent, record)
    return PLACE.sub(lambda found: quote(known[found[1]], ""), path)


def at(answer: object, place: str) -> object:
    """What stands at a place of an answer; None where there is nothing."""
    for step in filter(None, place.split(".")):
        answer = answer.get(step) if isinstance(answer, dict) else None
    return answer
