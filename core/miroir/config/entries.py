"""One value of the configuration and the place it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Key = tuple[str, ...]


class Kind(StrEnum):
    """Where values can be written; the later ones win."""

    DEFAULT = "default"
    FILE = "file"
    DROP_IN = "conf.d"
    SECRET = "secret file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """`place` is a file, an environment variable, «command line», «default»."""

    kind: Kind
    place: str


DEFAULT = Origin(kind=Kind.DEFAULT, place="default")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as it was written, and where."""

    value: object = field(repr=False)
    origin: Origin


Layer = dict[Key, Entry]


def dotted(key: Key) -> str:
    """«gap.tolerance», the way keys are written in messages."""
    return ".".join(key)


def flatten(
    table: Mapping[str, object], prefix: Key = ()
) -> Iterator[tuple[Key, object]]:
    """Leaves of a table. A list is one leaf, and so is a table with nothing in."""
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, (*prefix, name))
        else:
            yield (*prefix, name), value


def nest(layer: Layer) -> dict[str, object]:
    """Undo `flatten`; where two entries contradict, the later one stands."""
    tables: dict[str, object] = {}
    for key, entry in layer.items():
        table = tables
        for name in key[:-1]:
            below = table.get(name)
            if not isinstance(below, dict):
                below = table[name] = {}
            table = below
        if isinstance(entry.value, Mapping):  # an empty table adds nothing
            table.setdefault(key[-1], {})
        else:
            table[key[-1]] = entry.value
    return tables
