"""What is kept between two runs: SQLite by default, PostgreSQL by address.

`Store` gives transactions; everything that speaks SQL is in this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miroir.store.changes import Change, ChangeKind, compare
    from miroir.store.database import Store, Tables
    from miroir.store.declarations import StoredDeclaration
    from miroir.store.files import FileState, StoredFile
    from miroir.store.runs import (
        GapKey,
        RunSummary,
        StoredDiagnosis,
        StoredGap,
        StoredPayment,
        StoredRun,
    )
    from miroir.store.schema import check, upgrade
    from miroir.store.sources import SourceState

__all__ = [
    "Change",
    "ChangeKind",
    "FileState",
    "GapKey",
    "RunSummary",
    "SourceState",
    "Store",
    "StoredDeclaration",
    "StoredDiagnosis",
    "StoredFile",
    "StoredGap",
    "StoredPayment",
    "StoredRun",
    "Tables",
    "check",
    "compare",
    "upgrade",
]

_HOMES = {
    "changes": ("Change", "ChangeKind", "compare"),
    "database": ("Store", "Tables"),
    "declarations": ("StoredDeclaration",),
    "files": ("FileState", "StoredFile"),
    "runs": (
        "GapKey",
        "RunSummary",
        "StoredDiagnosis",
        "StoredGap",
        "StoredPayment",
        "StoredRun",
    ),
    "schema": ("check", "upgrade"),
    "sources": ("SourceState",),
}


def __getattr__(name: str) -> object:
    """Found when asked for: a process of bulk work opens no database, and starts
    twice as fast without the library that speaks to one."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
