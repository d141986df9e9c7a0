"""What will go: said long before, where its author reads it, and gone in time.

A hook, a setting or a connector that is to go stands here with the day when it
goes. Until then it works and warns; a test fails once the day is past.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

HOOKS_VERSION = 1
"""Raised when a hook changes so that a plugin has to be changed too.

A plugin may say which version it was written for: `MIROIR_HOOKS = 1` in its
module. One written for a later version is refused.
"""


class Thing(StrEnum):
    HOOK = "hook"
    SETTING = "setting"
    CONNECTOR = "connector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """`name`: a hook, a dotted key, or a connector. `since`: a release."""

    thing: Thing
    name: str
    since: str
    removed_on: date
    instead: str

    def __str__(self) -> str:
        return (
            f"the {self.thing} {self.name} is deprecated since {self.since} and goes "
            f"on {self.removed_on}; {self.instead}"
        )


class MiroirDeprecationWarning(DeprecationWarning):
    """Given at the line of the plugin that uses what will go."""


DEPRECATIONS: tuple[Deprecation, ...] = ()
"""All there is now."""


def overdue(found: Iterable[Deprecation], today: date) -> list[Deprecation]:
    """What should have been removed by now."""
    return [each for each in found if each.removed_on <= today]


def deprecated(
    thing: Thing, name: str, found: Iterable[Deprecation] | None = None
) -> Deprecation | None:
    """What is said of this thing, None if it stays."""
    known = DEPRECATIONS if found is None else found
    for each in known:
        if each.thing is thing and each.name == name:
            return each
    return None
