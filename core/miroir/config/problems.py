"""Problems of a configuration in words: place, key, what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from miroir.config.entries import DEFAULT, Key, Kind, dotted
from miroir.config.layers import Layers
from miroir.masking import HIDDEN

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SECRET_NAME = re.compile(
    r"token|password|passwd|passphrase|secret|credential|api_?key|private_?key"
    r"|(?:^|_)(?:key|pin|pwd)$",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(?<=://)([^/@:]*):[^@]*@")
_OUTWARD = ("sources", "destinations")
_LONGEST_VALUE = 80


def problem(layers: Layers, key: Key, what: str) -> str:
    """One line: place of the value, dotted key, what is wrong with it."""
    origin = layers.origin(key)
    place = origin.place
    if origin is DEFAULT:
        place = str(layers.file) if layers.file else "configuration"
    return f"{place}: {dotted(key)}: {what}"


def unknown_key(layers: Layers, key: Key, known: Collection[str]) -> str:
    """An unknown key, the nearest known one, or all of them."""
    return problem(layers, key, f"unknown key; {suggest(key, known)}")


def suggest(key: Key, known: Collection[str]) -> str:
    """«did you mean store.url?», else the list of what is known there."""
    near = difflib.get_close_matches(key[-1].lower(), known, n=1)
    if near:
        return f"did you mean {dotted((*key[:-1], near[0]))}?"
    return f"expected one of {', '.join(sorted(known))}"


def invalid(layers: Layers, key: Key, expected: str, value: object) -> str:
    """A value that does not fit; a secret one is not shown."""
    shown = show(layers, key, value)
    return problem(layers, key, f"expected {expected}; got {shown}")


def show(layers: Layers, key: Key, value: object) -> str:
    """A value for the eyes: secrets are hidden, long texts cut."""
    if secret(layers, key):
        return HIDDEN
    if isinstance(value, dict):
        return "a table"
    text = _USERINFO.sub(rf"\1:{HIDDEN}@", repr(value))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def secret(layers: Layers, key: Key) -> bool:
    """Whether a value must not be shown: its name, or its place, says so.

    What the environment gives to a connector may be a secret under any name.
    """
    kind = layers.origin(key).kind
    outward = key[0] in _OUTWARD and key[-1] != "connector"
    if kind is Kind.SECRET or (kind is Kind.ENVIRONMENT and outward):
        return True
    return any(_SECRET_NAME.search(name) for name in key[1:])


def from_pydantic(layers: Layers, errors: list[ErrorDetails]) -> Iterator[str]:
    """Translate what pydantic found in the settings."""
    from miroir.config.settings import expected, known_keys

    for error in errors:
        loc = error["loc"]
        key = tuple(part for part in loc if isinstance(part, str))
        if error["type"] == "extra_forbidden":
            yield unknown_key(layers, key, known_keys(key[:-1]))
        elif error["type"] == "missing":
            yield problem(layers, key, f"missing; expected {expected(key)}")
        else:
            yield invalid(layers, key, expected(key), error["input"])
