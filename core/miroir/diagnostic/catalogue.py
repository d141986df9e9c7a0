"""The known causes of gap, as written in causes/*.toml, one file per family.

The build compiles them to JSON: parsing TOML would be a good part of the time that
one company takes. A file changed since then is read as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from miroir.types.diagnosis import Cause, Responsible, Wording

FOLDER, COMPILED = "causes", "compiled.json"
FAMILIES = (
    "filings",
    "payments",
    "adhesion",
    "affiliation",
    "identity",
    "ceilings",
    "bases",
    "rates",
    "apec",
    "reductions",
    "undecided",
)
"""The files, in the order of docs/causes.md."""

_TEXTS = ("label", "explanation", "expert", "shows", "would_refute", "remedy")
_REQUIRED = (*_TEXTS, "responsible", "sources", "wording")
_OPTIONAL = ("catalogue", "legitimate", "unverified", "detector", "undetected")
_WORDING = frozenset(field.name for field in fields(Wording))
_WORDING_REQUIRED = ("plain", "ask", "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cause, its family, and the built-in diagnostic that finds it, or none."""

    cause: Cause
    family: str
    detector: str


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """The whole catalogue, in the order of the files."""
    folder = files("miroir.diagnostic").joinpath(FOLDER)
    known = compiled(folder.joinpath(COMPILED))
    found: list[Entry] = []
    for family in FAMILIES:
        content = folder.joinpath(f"{family}.toml").read_bytes()
        own = known.get(family)
        if own is not None and own["of"] == sha256(content).hexdigest():
            found.extend(_entries(own["causes"], family))
        else:
            found.extend(parse(content.decode(), family))
    refuse_twice(entry.cause.id for entry in found)
    return tuple(found)


@lru_cache(maxsize=1)
def causes() -> tuple[Cause, ...]:
    """Every known cause, in the order of the files."""
    return tuple(entry.cause for entry in entries())


@lru_cache(maxsize=1)
def by_id() -> Mapping[str, Cause]:
    """The same, found by id."""
    return MappingProxyType({cause.id: cause for cause in causes()})


def compiled(file: Traversable) -> Mapping[str, Any]:
    """What the build made of the files (hatch_build.py); each counts only while its
    file is still the one it was made of. Empty where nothing was built."""
    try:
        found: Mapping[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def parse(text: str, family: str) -> tuple[Entry, ...]:
    """Read one file; raises ValueError naming the cause that is wrong."""
    import tomllib  # only where nothing was compiled

    return _entries(tomllib.loads(text), family)


def _entries(tables: Mapping[str, Any], family: str) -> tuple[Entry, ...]:
    return tuple(_entry(id, table, family) for id, table in tables.items())


def _entry(id: str, table: Mapping[str, object], family: str) -> Entry:
    where = f"{FOLDER}/{family}.toml: {id}"
    _check_keys(where, table, _REQUIRED, _OPTIONAL)
    if bool(table.get("detector")) == bool(table.get("undetected")):
        raise ValueError(
            f"{where}: give `detector`, the diagnostic that finds it, or"
            " `undetected`, why data cannot show it: one of the two"
        )
    cause = Cause(
        id=id,
        label=str(table["label"]),
        explanation=_text(table, "explanation"),
        expert=_text(table, "expert"),
        shows=_text(table, "shows"),
        responsible=Responsible(str(table["responsible"])),
        would_refute=_text(table, "would_refute"),
        remedy=_text(table, "remedy"),
        sources=_list(where, table["sources"]),
        unverified=_text(table, "unverified"),
        undetected=_text(table, "undetected"),
        catalogue=int(str(table.get("catalogue", 0))),
        legitimate=table.get("legitimate") is True,
        wording=_wording(where, table["wording"]),
    )
    return Entry(cause=cause, family=family, detector=str(table.get("detector", "")))


def _wording(where: str, table: object) -> Wording:
    if not isinstance(table, dict):
        raise _not_a(where, f"table [{where.split()[-1]}.wording]")
    _check_keys(f"{where}.wording", table, _WORDING_REQUIRED, _WORDING)
    return Wording(**table)


def _check_keys(
    where: str,
    table: Mapping[str, object],
    required: Iterable[str],
    optional: Iterable[str],
) -> None:
    absent = [key for key in required if not table.get(key)]
    unknown = sorted(table.keys() - {*required, *optional})
    if absent or unknown:
        raise ValueError(f"{where}: absent keys {absent}, unknown keys {unknown}")


def _text(table: Mapping[str, object], key: str) -> str:
    return str(table.get(key, "")).strip()


def _list(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _not_a(where, "list of texts in `sources`")
    return tuple(str(item) for item in value)


def _not_a(where: str, what: str) -> ValueError:
    return ValueError(f"{where}: expected a {what}")


def refuse_twice(ids: Iterable[str]) -> None:
    """Raises ValueError naming an id that two files declare."""
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise ValueError(f"{FOLDER}: declared in two files: {id}")
        seen.add(id)
