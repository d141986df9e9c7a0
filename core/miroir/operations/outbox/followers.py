"""Who is told how an action ended, by its kind.

A follower writes in the transaction that writes the outcome: both are stored,
or neither. What it may not do is fail: the outcome is kept without it then,
and the journal says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from miroir.operations.adhesion.following import follow
from miroir.operations.outward import following
from miroir.outbox.model import StoredAction
from miroir.store.database import Tables
from miroir.types.action import (
    ADHESION_UPDATE,
    CRM_CONTACT,
    HAND_OVER,
    MAIL,
    RECORD_ENTRY,
)


class Follower(Protocol):
    """Does something short, in the database only, with an action that ended.

    `row.status` says how: confirmed (`row.receipt`), refused (`row.code`, such
    as «precondition_failed»), needs_person, dead or cancelled.
    """

    def __call__(self, tables: Tables, row: StoredAction) -> None: ...


FOLLOWERS: dict[str, Follower] = {
    ADHESION_UPDATE: follow,
    CRM_CONTACT: following.told,
    HAND_OVER: following.told,
    MAIL: following.told,
    RECORD_ENTRY: following.told,
}


def tell(
    tables: Tables, row: StoredAction, followers: Mapping[str, Follower] = FOLLOWERS
) -> None:
    """Tell the follower of a kind, if there is one."""
    follower = followers.get(row.kind)
    if follower is None:
        return
    error = tables.attempt(lambda: follower(tables, row))
    if error is not None:
        tables.claims.note_failure(row, f"{type(error).__name__}: {error}")
