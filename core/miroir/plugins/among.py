"""Whether other threads are at work, which a copy of the program would not have."""

from __future__ import annotations

import threading


def among_threads() -> bool:
    """A copy made now may hold locks that nobody will ever release."""
    return threading.active_count() > 1
