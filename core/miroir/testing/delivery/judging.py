"""The trials: an answer is lost in every way, then what the class allows is done."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from miroir.testing.counterpart import Fault, Running
from miroir.testing.delivery.recovering import (
    Make,
    Recovery,
    require_short_quarantine,
)
from miroir.testing.delivery.verdict import ClassVerdict, Trial
from miroir.types.delivery import DeliveryClass, Intent

_REPEATABLE = (DeliveryClass.KEYED, DeliveryClass.NATURAL_ID)
_LOST = (
    Fault.HANG_COMMITTED,
    Fault.RESET_COMMITTED,
    Fault.HALF_BODY,
    Fault.STATUS_COMMITTED,
    Fault.LOGIN_PAGE_COMMITTED,
    Fault.NOT_JSON,
    Fault.HANG,
    Fault.RESET,
    Fault.STATUS,
    Fault.LOGIN_PAGE,
)
_SOON_S = 0.05
_REHEARSALS = 3
"""A busy machine is slow now and then."""


def judge(
    make: Make,
    double: Running,
    action: Any,
    *,
    siren: str = "000000000",
    reference: Callable[[Intent], str] = lambda intent: intent.key,
    lag_s: float | None = None,
    in_flight_s: float | None = None,
    only: Container[str] | None = None,
) -> ClassVerdict:
    """Try the class of a destination against its cruel counterpart.

    `action` has one effect under `reference` in the ledger of `double`. `lag_s`
    is how late the search of the counterpart is, and `in_flight_s` how long it
    works on a request whose caller has gone; by default as long as the
    destination promises. Its `quarantine` is waited for: give it short bounds.
    `only` names the trials to make, to look into one of them.

    Raises TooLongToWait when its quarantine is above 10 s; ValueError when it
    does not work at all with nothing going wrong.
    """
    require_short_quarantine(make())
    promise = make().promise
    lag = promise.lag.total_seconds() if lag_s is None else lag_s
    flight = promise.max_in_flight.total_seconds()
    bench = _Bench(
        make=make,
        double=double,
        action=action,
        siren=siren,
        reference=reference,
        lag=lag,
        in_flight=flight if in_flight_s is None else in_flight_s,
    )
    bench.rehearse()
    trials = tuple(
        Trial(name=name, wrong=attempt())
        for name, attempt in bench.trials().items()
        if only is None or name in only
    )
    return ClassVerdict(declared=promise.delivery, trials=trials, lag=bench.measured)


@dataclass(kw_only=True)
class _Bench:
    make: Make
    double: Running
    action: Any
    siren: str
    reference: Callable[[Intent], str]
    lag: float
    in_flight: float
    measured: timedelta | None = None
    write_at: int = 0

    def trials(self) -> dict[str, Callable[[], str]]:
        """Every trial that its class has: each gives what was wrong, or «»."""
        delivery = self.make().promise.delivery
        given: dict[str, Callable[[], str]] = {
            fault.value: partial(self._lost, fault) for fault in _LOST
        }
        for fault in (Fault.COMMIT_LATE, Fault.ANSWER_BEFORE_COMMIT):
            given[fault.value] = partial(self._lost, fault, self.in_flight)
        if delivery in _REPEATABLE:
            given["the same intent twice"] = self._twice
        if delivery is DeliveryClass.KEYED:
            given["how long a key is remembered"] = self._remembered
        if delivery is not DeliveryClass.BLIND:
            given[Fault.NO_EFFECT.value] = partial(self._lost, Fault.NO_EFFECT)
        if delivery is DeliveryClass.READ_BACK:
            given["found within its lag"] = self._found_in_time
            given[Fault.TWICE.value] = self._two_found
        return given

    @property
    def _after(self) -> Recovery:
        return Recovery(make=self.make, action=self.action, effects=self._effects)

    def rehearse(self) -> None:
        """When all goes well: where its first write stands among its calls."""
        wrong = ""
        for _ in range(_REHEARSALS):
            intent = self._fresh()
            said, why = self._after.sent(intent)
            phases, effects = self.double.phases(), self._effects(intent)
            if said == "done" and "write" in phases and effects == 1:
                self.write_at = phases.index("write")
                return
            wrong = (
                f"with nothing going wrong, «{said}» is said, and {effects} effects "
                f"are there, by the calls {', '.join(phases) or 'none'}: is "
                f"`reference` right? {why}"
            )
        raise ValueError(wrong)

    def _remembered(self) -> str:
        if self.make().promise.key_retention > timedelta(0):
            return ""
        return "it does not say how long its key is remembered"

    def _twice(self) -> str:
        intent = self._fresh()
        first, second = (self.make().send(self.action, intent) for _ in range(2))
        if first.id != second.id:
            return "two receipts"
        return self._one_effect(intent)

    def _lost(self, fault: Fault, delay_s: float = 0.0) -> str:
        """An answer is lost or lies; then the outbox does what the class allows."""
        intent = self._fresh()
        self.double.lag(self.lag)
        self.double.arm(fault, after=self.write_at, times=1, delay_s=delay_s)
        said = self._after.said(intent)
        if fault is Fault.ANSWER_BEFORE_COMMIT:
            time.sleep(delay_s)
        time.sleep(_SOON_S)
        if wrong := self._after.belied(intent, said):
            return wrong
        self.double.disarm()
        if wrong := self._after.recover(intent, said):
            return wrong
        time.sleep(delay_s)
        return self._after.left_wrong(intent)

    def _found_in_time(self) -> str:
        intent = self._fresh()
        if self.make().find(self.action, intent):
            return "it finds what was never sent"
        self.double.lag(self.lag)
        self.make().send(self.action, intent)
        began = time.monotonic()
        promised = self.make().promise.lag.total_seconds()
        while not self.make().find(self.action, intent):
            if time.monotonic() - began > max(promised, self.lag) + 5:
                return "it does not find what it sent"
            time.sleep(_SOON_S)
        found = time.monotonic() - began
        self.measured = timedelta(seconds=found)
        if found > promised + 1:
            return f"found after {found:.1f} s, where it promises {promised:g} s"
        return ""

    def _two_found(self) -> str:
        intent = self._fresh()
        self.double.arm(Fault.TWICE, after=self.write_at, times=1)
        self._after.said(intent)
        self.double.disarm()
        found = self.make().find(self.action, intent)
        return "" if len(found) == 2 else f"{len(found)} found of 2"

    def _one_effect(self, intent: Intent) -> str:
        effects = self._effects(intent)
        return "" if effects == 1 else f"{effects} effects"

    def _effects(self, intent: Intent) -> int:
        return self.double.effects(self.reference(intent))

    def _fresh(self) -> Intent:
        self.double.disarm()
        self.double.lag(0)
        self.double.forget_keys()
        self.double.clear()
        return Intent(key=uuid.uuid4().hex * 2, siren=self.siren)
