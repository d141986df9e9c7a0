"""How the whole suite is shared out between processes."""

from __future__ import annotations

import os

import pytest


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: a third of the time is spent waiting, for
    processes that start, servers that answer late, leases that run out."""
    return (os.cpu_count() or 1) + 1
