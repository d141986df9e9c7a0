"""Workers on a real store, with one destination that speaks to the double."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from miroir.isolation import Host, InlineHost, ProcessHost
from miroir.operations.outbox.courier import Courier
from miroir.operations.outbox.lane import Lane, database_clock
from miroir.operations.outbox.mark import Mark
from miroir.operations.outbox.worker import Worker, owner_name
from miroir.outbox.policy import Terms
from miroir.outbox.serving import FACTORY, can_find, serve
from miroir.store import Store, Tables
from miroir.types.delivery import Destination

Clock = Callable[[Tables], datetime]


def later(**delay: float) -> Clock:
    """The clock of one who comes so much later."""
    return lambda tables: database_clock(tables) + timedelta(**delay)


def lane_of(
    store: Store,
    destination: Destination[Any],
    *,
    clock: Clock = database_clock,
    isolated: bool = False,
    most_attempts: int = 8,
    mark: Mark | None = None,
    name: str = "there",
) -> Lane:
    terms = Terms(
        promise=destination.promise,
        can_find=can_find(destination),
        first_wait=timedelta(milliseconds=1),
        most_attempts=most_attempts,
    )
    host: Host = InlineHost(serve, destination)
    if isolated:
        host = ProcessHost(FACTORY, destination)
    return Lane(
        store,
        Courier(host, terms.promise),
        terms,
        kind=destination.kind,
        destination=name,
        owner=owner_name(),
        clock=clock,
        mark=mark,
    )


def work(store: Store, *lanes: Lane, seconds: float = 60) -> None:
    """Work until nothing can go any more; a time that is over is a failure."""
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.daemon = True
    timer.start()
    Worker(store, lanes, poll=0.05).until_idle(stop)
    assert timer.is_alive(), f"still at work after {seconds} s"
    timer.cancel()
