"""What the outbox does after an attempt, and what has to be left of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from miroir.errors import ActionNotSent, ActionRefused, NeedsPerson
from miroir.types.delivery import DeliveryClass, Destination, Intent

NOT_DONE = (ActionNotSent, ActionRefused, NeedsPerson)
"""What a destination raises when nothing was done; all else means «unknown»."""
LONGEST_S = 10.0
"""A quarantine above is not waited for."""
_TRIES = 3
"""How often it is sent again: a busy machine is slow now and then."""

Make = Callable[[], Destination[Any]]
"""Builds the destination anew, as a new process would."""


class TooLongToWait(ValueError):
    """The quarantine of a destination is above what a test waits for."""


def require_short_quarantine(destination: Destination[Any]) -> None:
    """Raise TooLongToWait when looking back would have to wait for too long."""
    quarantine = destination.promise.quarantine
    if quarantine.total_seconds() > LONGEST_S:
        raise TooLongToWait(
            f"a quarantine of {quarantine} is too long to be waited for; "
            "build it with a shorter `max_in_flight` and `lag`"
        )


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """One intent after an attempt of which «done», «not done» or «unknown» is said.

    `effects` counts, at the other side, what was done for an intent.
    """

    make: Make
    action: Any
    effects: Callable[[Intent], int]

    def said(self, intent: Intent) -> str:
        """Make an attempt, and what it says."""
        return self.sent(intent)[0]

    def belied(self, intent: Intent, said: str) -> str:
        """How the other side belies what was said; «» when it does not."""
        effects = self.effects(intent)
        if said == "not done" and effects:
            return "it says that nothing was done, and it was"
        if said == "done" and not effects:
            return "it says that it was done, and nothing was"
        return f"{effects} effects in one attempt" if effects > 1 else ""

    def recover(self, intent: Intent, said: str) -> str:
        """Do what the outbox does, as the class allows; what kept it from it."""
        blind = self.make().promise.delivery is DeliveryClass.BLIND
        wrong = ""
        for attempt in range(intent.attempt + 1, intent.attempt + 1 + _TRIES):
            if said == "done" or (said == "unknown" and blind):
                return ""
            said, wrong = self._again(replace(intent, attempt=attempt), said)
        return wrong

    def _again(self, intent: Intent, said: str) -> tuple[str, str]:
        """Look where the class can, then send; what is said, and what was in the way."""
        promise = self.make().promise
        if said == "unknown" and promise.delivery is DeliveryClass.READ_BACK:
            time.sleep(promise.quarantine.total_seconds())
            try:
                if self.make().find(self.action, intent):
                    return "done", ""
            except Exception as error:  # noqa: BLE001 - whatever it is, it is in the way
                return said, f"it cannot be looked for ({_shown(error)})"
        said, why = self.sent(intent)
        return said, f"it cannot be sent again ({why})" if why else ""

    def sent(self, intent: Intent) -> tuple[str, str]:
        """Make an attempt: what it says, and the error that it says it by."""
        try:
            self.make().send(self.action, intent)
        except Exception as error:  # noqa: BLE001 - whatever is raised means «unknown»
            said = "not done" if isinstance(error, NOT_DONE) else "unknown"
            return said, _shown(error)
        return "done", ""

    def left_wrong(self, intent: Intent) -> str:
        """What is wrong with what is left; class D may have lost it."""
        effects = self.effects(intent)
        if self.make().promise.delivery is DeliveryClass.BLIND and effects == 0:
            return ""
        return "" if effects == 1 else f"{effects} effects"


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
