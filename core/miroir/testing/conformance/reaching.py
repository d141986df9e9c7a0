"""A place that accepts connections and never answers, as some do at night."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest


@contextmanager
def silence() -> Iterator[tuple[str, int]]:
    """An address of this machine where whoever connects waits for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        host, port = server.getsockname()
        yield str(host), int(port)


def gives_up(call: Callable[[], object], seconds: float) -> None:
    """Fail unless `call` raises within this time."""
    reached: list[bool] = []

    def attempt() -> None:
        with suppress(Exception, SystemExit):  # whatever it raises, it gave up
            call()
            reached.append(True)

    thread = Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        pytest.fail(f"still waiting after {seconds:g} s for a place that never answers")
    assert not reached, "it says that it reached a place that never answers"
