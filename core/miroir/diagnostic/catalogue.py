"""The known causes of gap, as written in causes.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from miroir.types.diagnosis import Cause, Responsible

CATALOGUE = "causes.toml"

_REQUIRED = ("id", "label", "explanation", "responsible", "would_refute", "remedy")
_OPTIONAL = ("catalogue", "legitimate")


@lru_cache(maxsize=1)
def causes() -> tuple[Cause, ...]:
    """Every known cause, in the order of the file."""
    text = files("miroir.diagnostic").joinpath(CATALOGUE).read_text("utf-8")
    return parse(text)


@lru_cache(maxsize=1)
def by_id() -> Mapping[str, Cause]:
    """The same, found by id."""
    return MappingProxyType({cause.id: cause for cause in causes()})


def parse(text: str) -> tuple[Cause, ...]:
    """Read a catalogue; raises ValueError naming the cause that is wrong."""
    found = tuple(_cause(entry) for entry in tomllib.loads(text)["cause"])
    ids = [cause.id for cause in found]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"{CATALOGUE}: declared twice: {', '.join(twice)}")
    return found


def _cause(entry: Mapping[str, object]) -> Cause:
    id = str(entry.get("id", "a cause without id"))
    unknown = sorted(entry.keys() - {*_REQUIRED, *_OPTIONAL})
    absent = [key for key in _REQUIRED if not entry.get(key)]
    if unknown or absent:
        raise ValueError(
            f"{CATALOGUE}: {id}: absent keys {absent}, unknown keys {unknown}"
        )
    return Cause(
        id=id,
        label=str(entry["label"]),
        explanation=str(entry["explanation"]).strip(),
        responsible=Responsible(str(entry["responsible"])),
        would_refute=str(entry["would_refute"]),
        remedy=str(entry["remedy"]).strip(),
        catalogue=int(str(entry.get("catalogue", 0))),
        legitimate=entry.get("legitimate") is True,
    )
