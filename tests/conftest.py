"""How the whole suite is shared out between processes, and what is measured."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator

import pytest

from tests.sweeps import JUDGED_ONLY


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: a third of the time is spent waiting, for
    processes that start, servers that answer late, leases that run out."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Untraced, with its fixtures, where it is judged only.

    The marker `no_cover` of pytest-cov would do, but in a worker of xdist, which
    has two measures: where the inner one pauses, the outer one resumes.
    """
    if item.get_closest_marker(JUDGED_ONLY) is None:
        return (yield)
    tracers = sys.gettrace(), threading.gettrace()
    threading.settrace(None)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])
