"""What was not taken, told in French: the meaning, what is precise, the remedy.

The texts are in refusals_fr.toml. A code that is not there, such as one of a
plugin, keeps the words that came with it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from miroir.declaration.refusals import Code
from miroir.types.source import Refusal

# Several reasons of one row; how often, after a subject.
_PARTS = re.compile(r"; |, (?=[0-9]+ times$)")
# How the reader writes why a declaration was rejected.
_REJECTED = re.compile(r"([A-Z_]+): (.*) \(line ([0-9]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Told:
    """`precise`: rubriques, versions, counts; `meaning`: the same for a code."""

    meaning: str
    precise: str
    remedy: str

    @property
    def reason(self) -> str:
        if self.meaning and self.precise:
            return f"{self.meaning} ({self.precise})"
        return self.meaning or self.precise


def told(refusal: Refusal) -> Told:
    """What an adviser reads of one refusal or observation."""
    text = _texts()["codes"].get(refusal.code)
    if text is None:
        return Told("", refusal.reason, refusal.remedy)
    return Told(text["sens"], _in_french(_detail(refusal)), text["remede"])


def why_rejected(reason: str) -> str:
    """Why a declaration was rejected, its code and line at the end."""
    match = _REJECTED.fullmatch(reason)
    if match is None:
        return reason
    code, why, line = match.groups()
    found = told(Refusal(file="", line=int(line), code=code, reason=why))
    place = f"ligne {line}, {code}"
    precise = f"{found.precise} ; {place}" if found.precise else place
    return replace(found, precise=precise).reason


def _detail(refusal: Refusal) -> str:
    """The reason without its meaning, which is told in French beside."""
    code = Code.__members__.get(refusal.code)
    if code is None:
        return refusal.reason
    inside = refusal.reason.removeprefix(code.meaning)
    if inside != refusal.reason and inside.startswith(" (") and inside.endswith(")"):
        return inside[2:-1]
    return inside


def _in_french(detail: str) -> str:
    """Every part in French, or nothing of it: a half would mislead."""
    if not detail:
        return ""
    parts = [_part(part) for part in _PARTS.split(detail)]
    known = [part for part in parts if part is not None]
    return ", ".join(known) if len(known) == len(parts) else detail


def _part(part: str) -> str | None:
    for english, french in _texts()["precisions"].items():
        if match := re.fullmatch(english, part):
            return match.expand(french)
    return None


@cache
def _texts() -> dict[str, Any]:
    text = (files("miroir.cli.output") / "refusals_fr.toml").read_text("utf-8")
    return tomllib.loads(text)
