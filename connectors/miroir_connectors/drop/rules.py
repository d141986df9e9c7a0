"""Which names of a drop are taken, which are left, and what is said of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from miroir import SourceError

from miroir_connectors.drop.place import Entry, Nature, Place

_SHOWN = 20
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u202a-\u202e\u2066-\u2069]")
_LOG = logging.getLogger(__name__)


def fault_of(name: str) -> str:
    """Why a name is not one of a file that is taken; «» when it may be."""
    if name in ("", ".", "..") or _UNSAFE.search(name):
        return "a name that could lead elsewhere"
    if len(name.encode("utf-8", "surrogatepass")) > 255:
        return "a name longer than 255 bytes"
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "a name that is not UTF-8"
    return ""


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns fits, without regard to case."""
    return any(fnmatchcase(name.casefold(), each.casefold()) for each in patterns)


@dataclass(slots=True)
class Left:
    """What was not taken, told once everything else was.

    What is still being written is not wrong: it is taken next time.
    """

    address: str
    reasons: list[str] = field(default_factory=list)

    def for_good(self, path: str, reason: str, remedy: str) -> None:
        self.reasons.append(f"{shown(path)}: {reason}. {remedy}")

    def for_now(self, entry: Entry, reason: str) -> None:
        _LOG.info("%s: %s: %s", self.address, shown(entry.path), reason)

    def no_file(self, entry: Entry) -> None:
        self.for_good(
            entry.path, entry.nature.value, "Put a real file, or take it away."
        )

    def raise_if_any(self) -> None:
        if not self.reasons:
            return
        lines = self.reasons[:_SHOWN]
        if len(self.reasons) > _SHOWN:
            lines.append(f"and {len(self.reasons) - _SHOWN} more")
        count = len(self.reasons)
        raise SourceError(f"{self.address}: {count} left out\n  " + "\n  ".join(lines))


def shown(path: str) -> str:
    """A path that may be hostile, for the eyes."""
    return _UNSAFE.sub("�", path.replace("/", "∕")).replace("∕", "/")[:200]


def require_folder(place: Place) -> None:
    """Raise SourceError unless the drop is there, and a folder."""
    entry = place.look("")
    if entry is None or entry.nature is not Nature.FOLDER:
        raise SourceError(
            f"{place.address}: no such {place.setting}. Create it, or correct the key "
            f"`{place.setting}`."
        )
