"""A worker: one lane per destination, each in a thread, until it is stopped.

Several workers may run, on one machine or on many; the store decides who has
which action. A slow destination holds up its own actions only.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from miroir.errors import ConfigurationError, StoreError
from miroir.isolation import ForkedHost, Host, InlineHost, Limits, ProcessHost
from miroir.operations.outbox.classes import terms_by_name
from miroir.operations.outbox.courier import Courier
from miroir.operations.outbox.lane import Lane, Turn, database_clock
from miroir.operations.outbox.mark import hold_if_restored, mark_of
from miroir.operations.workplace import Workplace
from miroir.outbox.serving import FACTORY, serve
from miroir.plugins.destinations import ConfiguredDestination
from miroir.plugins.noted_host import NotedHost
from miroir.store.database import Store, Tables

_SHORTEST_WAIT = 0.02
_AWAY_WAIT = 1.0
log = logging.getLogger(__name__)


def lanes(
    workplace: Workplace, clock: Callable[[Tables], datetime] = database_clock
) -> tuple[Lane, ...]:
    """One lane per configured destination; ConfigurationError without any."""
    if not workplace.destinations:
        raise ConfigurationError(
            ["[destinations.<name>]: there is none, so that nothing can go out"]
        )
    mark = mark_of(workplace.store, workplace.settings.outbox.mark)
    if hold_if_restored(workplace.store, mark):
        log.error(
            "the store was restored from a backup: nothing is sent until "
            "`miroir actions reconcile`"
        )
    every = terms_by_name(workplace)
    return tuple(
        Lane(
            workplace.store,
            Courier(host_of(workplace, each), terms.promise),
            terms,
            kind=each.kind,
            destination=each.name,
            owner=owner_name(),
            clock=clock,
            mark=mark,
            lease=timedelta(seconds=workplace.settings.outbox.lease_seconds),
        )
        for each in workplace.destinations.values()
        for terms in [every[each.name]]
    )


def host_of(workplace: Workplace, configured: ConfiguredDestination) -> Host:
    """Where a destination runs: in a process of its own, unless asked otherwise."""
    section = workplace.settings.outbox
    limits = Limits(memory_mib=section.memory_mib)
    host: Host
    if section.isolation == "none":
        host = InlineHost(serve, configured.destination, limits)
    elif section.isolation == "fork":
        host = ForkedHost(FACTORY, configured.destination, limits)
    else:
        host = ProcessHost(FACTORY, configured.destination, limits)
    place = f"[destinations.{configured.name}]"
    conduct = workplace.plugins.containment.conduct
    return NotedHost(host, configured.provider, place, conduct)


def owner_name() -> str:
    """This worker: no two have the same name."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


class Worker:
    """Turns its lanes. `poll`: seconds between two looks when nothing waits."""

    def __init__(self, store: Store, lanes: Iterable[Lane], *, poll: float = 1) -> None:
        self._store, self._lanes, self._poll = store, tuple(lanes), poll
        self._away = False

    def once(self) -> int:
        """One turn of each lane, here; how many did something."""
        try:
            return sum(lane.turn().did for lane in self._lanes)
        finally:
            self._close()

    def until_idle(self, stop: threading.Event | None = None) -> None:
        """Until nothing can go any more without a person."""
        self._run(stop or threading.Event(), self._idle)

    def until_stopped(self, stop: threading.Event) -> None:
        """Until `stop` is set; what is under way is then finished."""
        self._run(stop, lambda: False)

    def _run(self, stop: threading.Event, idle: Callable[[], bool]) -> None:
        threads = [
            threading.Thread(target=self._turn, args=(lane, stop, idle), name=lane.kind)
            for lane in self._lanes
        ]
        log.info("at work for %s", ", ".join(lane.destination for lane in self._lanes))
        for thread in threads:
            thread.start()
        try:
            _join(threads, stop)
            for lane in self._lanes:
                lane.leave()
            for thread in threads:
                thread.join()
        finally:
            stop.set()
            self._close()

    def _turn(
        self, lane: Lane, stop: threading.Event, idle: Callable[[], bool]
    ) -> None:
        while not stop.is_set():
            try:
                turn = lane.turn()
                self._answers()
                if not turn.did and idle():
                    return
                seconds = 0.0 if turn.did else self._pause(turn)
            except StoreError as error:
                self._no_answer(error)
                seconds = _AWAY_WAIT
            except Exception:
                # A defect met with one action is told, and the others go on.
                log.exception("%s: a defect", lane.destination)
                seconds = _AWAY_WAIT
            stop.wait(seconds)

    def _pause(self, turn: Turn) -> float:
        if turn.wait_until is None:
            return self._poll
        with self._store.read() as tables:
            left = (turn.wait_until - database_clock(tables)).total_seconds()
        return min(max(left, _SHORTEST_WAIT), self._poll)

    def _idle(self) -> bool:
        with self._store.read() as tables:
            return not tables.claims.busy([lane.kind for lane in self._lanes])

    def _close(self) -> None:
        for lane in self._lanes:
            lane.close()

    def _no_answer(self, error: StoreError) -> None:
        if not self._away:
            log.error("no answer from the database, this worker waits: %s", error)
        self._away = True

    def _answers(self) -> None:
        if self._away:
            log.warning("the database answers again")
        self._away = False


def _join(threads: Sequence[threading.Thread], stop: threading.Event) -> None:
    while any(thread.is_alive() for thread in threads) and not stop.is_set():
        stop.wait(0.1)
