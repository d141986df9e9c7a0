"""What the commands on adhesions share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from miroir.cli.dossiers.desk import acting, siren_argument, tell
from miroir.cli.state import current_settings

if TYPE_CHECKING:
    from miroir.operations.workplace import Workplace

__all__ = ["acting", "at_work", "siren_argument", "tell"]


@contextmanager
def at_work() -> Iterator[Workplace]:
    """The configured workplace, opened."""
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        yield workplace
