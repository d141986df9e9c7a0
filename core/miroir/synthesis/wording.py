"""The words of each cause, at three levels of knowledge of payroll."""

from __future__ import annotations

import re
from enum import StrEnum

from miroir.types.diagnosis import Cause, Wording

_CHOICE = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


class Level(StrEnum):
    """What the person spoken to knows."""

    NOVICE = "novice"
    """Does not know payroll: no code, no acronym."""
    PAYROLL = "payroll"
    """Runs a payroll: contributions, bases, rubriques to change."""
    EXPERT = "expert"
    """Writes payroll software, or audits it: codes, files and lines."""


def wording_of(cause: Cause) -> Wording:
    """The words of a cause; without any, those of its own texts."""
    return cause.wording or Wording(
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
