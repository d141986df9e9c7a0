"""The words of each cause, at three levels of knowledge of payroll."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from miroir.types.diagnosis import Cause

WORDING = "wording.toml"
_CHOICE = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


class Level(StrEnum):
    """What the person spoken to knows."""

    NOVICE = "novice"
    """Does not know payroll: no code, no acronym."""
    PAYROLL = "payroll"
    """Runs a payroll: contributions, bases, rubriques to change."""
    EXPERT = "expert"
    """Writes payroll software, or audits it: codes, files and lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What wording.toml says of one cause; its head tells each key."""

    plain: str
    ask: str
    question: str
    told: str = ""
    request: str = ""
    together: bool = False
    payment: bool = False
    points: bool = False


@lru_cache(maxsize=1)
def wordings() -> Mapping[str, Wording]:
    """The words of every known cause, by id."""
    text = files("miroir.synthesis").joinpath(WORDING).read_text("utf-8")
    return MappingProxyType(parse(text))


def parse(text: str) -> dict[str, Wording]:
    """Read the file; raises ValueError naming the cause that is wrong."""
    known = {field.name for field in fields(Wording)}
    found: dict[str, Wording] = {}
    for cause, entry in tomllib.loads(text).items():
        unknown = sorted(entry.keys() - known)
        absent = [key for key in ("plain", "ask", "question") if not entry.get(key)]
        if unknown or absent:
            raise ValueError(
                f"{WORDING}: {cause}: absent keys {absent}, unknown keys {unknown}"
            )
        found[cause] = Wording(**entry)
    return found


def wording_of(cause: Cause) -> Wording:
    """The words of a cause; those of a GPS's own cause are its own texts."""
    return wordings().get(cause.id) or Wording(
        plain=cause.explanation, ask=cause.remedy, question=""
    )


def explanation(cause: Cause, level: Level, persons: int) -> str:
    """Why, for one who reads at this level."""
    words = wording_of(cause)
    if level is Level.NOVICE:
        return agreed(words.plain, persons)
    return agreed(words.told or cause.explanation, persons)


def request(cause: Cause, level: Level, persons: int) -> str:
    """What is to be done, for one who reads at this level."""
    words = wording_of(cause)
    if level is Level.NOVICE:
        return agreed(words.ask, persons)
    return agreed(words.request or cause.remedy, persons)


def question(cause: Cause, persons: int) -> str:
    """What decides, as it is asked; empty when nothing was written."""
    return agreed(wording_of(cause).question, persons)


def agreed(text: str, number: int) -> str:
    """`{singular|plural}` settled, spaces as in one paragraph."""
    chosen = _CHOICE.sub(lambda found: found[1 if number < 2 else 2], text)
    return " ".join(chosen.split(" ")).strip()
