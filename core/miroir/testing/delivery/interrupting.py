"""The trials that need no counterpart: killed anywhere, failed by the system.

Where a destination stands on this machine (a folder, a database), or speaks
something else than HTTP, this is what tells its class from what it claims.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miroir.testing.delivery.attempts import (
    AFTER,
    Answer,
    How,
    Order,
    attempts,
    may_fail,
)
from miroir.testing.delivery.recovering import Recovery, require_short_quarantine
from miroir.testing.delivery.verdict import ClassVerdict, Trial
from miroir.types.delivery import DeliveryClass, Destination, Intent

_LEAST = 6
_LONGEST_WAIT_S = 10.0
"""How long all the quarantines of a class C may take together."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A new counterpart: how to build the destination, and how to count its effects."""

    make: Callable[[], Destination[Any]]
    effects: Callable[[], int]


def interrupt(
    prepare: Callable[[Path], Place],
    action: Any,
    folder: Path,
    *,
    siren: str,
    most: int = 24,
) -> ClassVerdict:
    """Kill a destination before its lines and calls of the system; have these fail.

    `prepare` makes a counterpart without any effect in a new folder. The points
    are found by an attempt where nothing happens; of each sort, `most` are tried,
    from the first to the last. After each, what the outbox does is
    done: one effect has to be left, or one at most of class D.

    Raises ValueError when it does not work at all with nothing going wrong;
    TooLongToWait when its quarantine, in class C, is above 10 s.
    """
    with attempts() as attempt:
        bench = _Bench(
            prepare=prepare,
            action=action,
            folder=folder,
            siren=siren,
            attempt=attempt,
            most=most,
        )
        return bench.verdict()


@dataclass(kw_only=True)
class _Bench:
    prepare: Callable[[Path], Place]
    action: Any
    folder: Path
    siren: str
    attempt: Callable[[Order], Answer]
    most: int
    _made: int = field(default=0, init=False)

    def verdict(self) -> ClassVerdict:
        place = self._place()
        promise = place.make().promise
        most = self.most
        if promise.delivery is DeliveryClass.READ_BACK:
            require_short_quarantine(place.make())
            waited = promise.quarantine.total_seconds()
            most = min(most, max(_LEAST, int(_LONGEST_WAIT_S / (waited or 1))))
        points = self._rehearse(place)
        trials = [
            self._trial(points, at, how)
            for how, chosen in (
                (How.KILLED, range(len(points))),
                (How.FAILS, [at for at, each in enumerate(points) if may_fail(each)]),
            )
            for at in _spread(chosen, most)
        ]
        return ClassVerdict(declared=promise.delivery, trials=tuple(trials))

    def _rehearse(self, place: Place) -> Sequence[str]:
        answer = self.attempt(self._order(place, self._intent()))
        effects = place.effects()
        if answer.said != "done" or effects != 1:
            raise ValueError(
                f"with nothing going wrong, «{answer.said}» is said, and {effects} "
                f"effects are there. {answer.why}"
            )
        return answer.points

    def _trial(self, points: Sequence[str], at: int, how: How) -> Trial:
        place, intent = self._place(), self._intent()
        answer = self.attempt(self._order(place, intent, how, at))
        after = Recovery(
            make=place.make, action=self.action, effects=lambda _: place.effects()
        )
        wrong = (
            after.belied(intent, answer.said)
            or after.recover(intent, answer.said)
            or after.left_wrong(intent)
        )
        return Trial(name=_name(points[at], at, how), wrong=wrong)

    def _order(
        self, place: Place, intent: Intent, how: How = How.NOTHING, at: int = -1
    ) -> Order:
        return Order(
            destination=place.make(), action=self.action, intent=intent, how=how, at=at
        )

    def _place(self) -> Place:
        self._made += 1
        folder = self.folder / f"trial-{self._made}"
        folder.mkdir()
        return self.prepare(folder)

    def _intent(self) -> Intent:
        return Intent(key=uuid.uuid4().hex * 2, siren=self.siren)


def _spread(points: Sequence[int], most: int) -> list[int]:
    """At most so many of them, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    return [points[i * (len(points) - 1) // (most - 1)] for i in range(most)]


def _name(point: str, at: int, how: How) -> str:
    """Of a trial; the number tells apart what is passed several times."""
    if how is How.FAILS:
        return f"{at + 1}. {point} fails"
    when = "once" if point == AFTER else "before"
    return f"{at + 1}. killed {when} {point}"
