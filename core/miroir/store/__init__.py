"""What is kept between two runs: SQLite by default, PostgreSQL by address.

`Store` gives transactions; everything that speaks SQL is in this package.
"""

from __future__ import annotations

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
