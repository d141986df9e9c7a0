"""Actions as JSON and back, and the key of an intent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from miroir.errors import ActionUnreadable, PersonalNumberInAction
from miroir.privacy import is_opaque, names_a_person
from miroir.types.action import ACTIONS

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_KINDS = {action: kind for kind, action in ACTIONS.items()}
_ENCODED = frozenset({"content", "sha256"})
"""Fields that are no text: what looks like a number in them is chance."""


def kind_of(action: object) -> str:
    """The kind of an action; raises TypeError for what is none."""
    kind = _KINDS.get(type(action))
    if kind is None:
        raise TypeError(f"{type(action).__name__} is no action that goes out")
    return kind


def dump(action: object) -> bytes:
    """The JSON of an action, the same for the same action."""
    dumped: bytes = _adapter(kind_of(action)).dump_json(action)
    return dumped


def load(kind: str, payload: bytes) -> object:
    """The action that `dump` wrote; raises ActionUnreadable."""
    if kind not in ACTIONS:
        raise ActionUnreadable(
            f"no action is called «{kind}»: a newer Miroir, or a plugin that is "
            "gone, wrote it; put it back"
        )
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_json(payload)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
        # From None: pydantic quotes the values.
        raise ActionUnreadable(
            f"what is stored of this «{kind}» cannot be read ({where}): another "
            "version of Miroir wrote it; send it with that one"
        ) from None


def refuse_personal_numbers(action: object) -> None:
    """Raise PersonalNumberInAction when a text holds what looks like a NIR."""
    assert is_dataclass(action) and not isinstance(action, type)
    for place, text in _texts(asdict(action)):
        if names_a_person(text):
            raise PersonalNumberInAction(
                f"{kind_of(action)}.{place}: holds what looks like a NIR, which "
                "never goes out; name persons by their pseudonym"
            )


def _texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in _ENCODED and not _is_token(name, item):
                yield from _texts(item, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for rank, item in enumerate(value):
            yield from _texts(item, f"{place}[{rank}]")


def _is_token(name: str, value: object) -> bool:
    """The version of what is changed is the other side's own, such as an ETag."""
    return name == "version" and isinstance(value, str) and is_opaque(value)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(ACTIONS[kind])
