"""The configuration of a REST interface: paths, fields, where things stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from miroir import CrmContact, Intent

from miroir_connectors.crm_text import body, subject

if TYPE_CHECKING:
    from miroir.http import Answer

_PLACE = re.compile(r"\{(\w*)\}")
NAMES = frozenset(
    {
        "account",
        "adviser",
        "at",
        "body",
        "channel",
        "duration_minutes",
        "happened",
        "id",
        "key",
        "note",
        "reference",
        "siren",
        "subject",
    }
)
"""What may stand between braces in a path or in the value of a field."""

_NO_OTHER_KEY = {"extra": "forbid"}
Values = Mapping[str, str | int | bool]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A GET that gives a list. `items` is where it stands in the answer.

    A place is written with dots: `data.items`; nothing is the answer itself.
    `id`, `siren` and `name` are places in one item.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = _NO_OTHER_KEY

    path: str
    items: str = ""
    id: str = "id"
    siren: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Write:
    """A request that makes something. `id` is where its id stands in the answer.

    `fields` gives the value of each field, with dots in its name where it
    stands deeper: `"societe.id" = "{account}"`.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = _NO_OTHER_KEY

    path: str
    method: str = "POST"
    id: str = "id"
    fields: Mapping[str, str] = field(default_factory=dict)


def check(texts: Mapping[str, str]) -> None:
    """Raise ValueError for braces that hold no known name; keys say where."""
    for where, text in texts.items():
        unknown = {*_PLACE.findall(text)} - NAMES
        if unknown:
            raise ValueError(
                f"`{where}` holds {{{'}, {'.join(sorted(unknown))}}}; "
                f"expected among {', '.join(sorted(NAMES))}"
            )


def check_fields(fields: Mapping[str, str]) -> None:
    """Raise ValueError when a field stands in another one that has a value."""
    for name in fields:
        parents = name.split(".")[:-1]
        above = {".".join(parents[: n + 1]) for n in range(len(parents))}
        if above & fields.keys():
            raise ValueError(f"the field {name} stands in another one")


def filled_path(path: str, values: Values) -> str:
    """A path with its values, each of them encoded."""
    return _PLACE.sub(lambda found: quote(_text(values[found[1]]), ""), path)


def filled_fields(fields: Mapping[str, str], values: Values) -> dict[str, object]:
    """The body of a request. A value that is one name alone keeps its type."""
    filled: dict[str, object] = {}
    for name, text in fields.items():
        alone = _PLACE.fullmatch(text)
        value = (
            values[alone[1]]
            if alone
            else _PLACE.sub(lambda found: _text(values[found[1]]), text)
        )
        *parents, last = name.split(".")
        inner = filled
        for parent in parents:
            deeper = inner.setdefault(parent, {})
            if not isinstance(deeper, dict):
                raise TypeError(f"the field {name} stands in another field")
            inner = deeper
        inner[last] = value
    return filled


def at(answer: object, place: str) -> object:
    """What stands at a place of an answer; None where there is nothing."""
    for step in filter(None, place.split(".")):
        if isinstance(answer, list) and step.isdigit() and int(step) < len(answer):
            answer = answer[int(step)]
        elif isinstance(answer, dict):
            answer = answer.get(step)
        else:
            return None
    return answer


def id_in(answer: Answer, item: object, place: str) -> str:
    """The id at a place of an item; raises as `Answer.unreadable` says."""
    found = at(item, place)
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise answer.unreadable(f"no id at «{place}»")
    return str(found)


def contact_values(contact: CrmContact, intent: Intent, account: str) -> Values:
    """What may stand between braces, for one contact."""
    return {
        "account": account,
        "adviser": contact.adviser,
        "at": contact.at.isoformat(),
        "body": body(contact, intent),
        "channel": contact.channel,
        "duration_minutes": contact.duration_minutes,
        "happened": contact.happened,
        "id": "",
        "key": intent.key,
        "note": contact.note,
        "reference": intent.reference,
        "siren": contact.siren,
        "subject": subject(contact),
    }


def _text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
