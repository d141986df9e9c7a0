"""A claim: one person at a time works a dossier, for a limited time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from miroir.dossier.model import Dossier
from miroir.dossier.moves import MoveRefused


def holder(dossier: Dossier, now: datetime) -> str:
    """Who works the dossier now; empty when nobody does."""
    if dossier.claimed_until is None or dossier.claimed_until <= now:
        return ""
    return dossier.claimed_by


def require_free(dossier: Dossier, actor: str, now: datetime) -> None:
    """Raise MoveRefused when someone else works the dossier.

    The hour is told in the time zone of `now`.
    """
    held = holder(dossier, now)
    if held not in ("", actor):
        assert dossier.claimed_until is not None
        raise MoveRefused(
            f"{held} travaille sur ce dossier jusqu’au"
            f" {dossier.claimed_until.astimezone(now.tzinfo):%d/%m/%Y à %H:%M} : le"
            " contacter, ou attendre la fin de sa réservation."
        )


def claim(dossier: Dossier, actor: str, now: datetime, lease: timedelta) -> Dossier:
    """The dossier held by someone, or held longer; raises MoveRefused."""
    require_free(dossier, actor, now)
    return replace(dossier, claimed_by=actor, claimed_until=now + lease)


def release(dossier: Dossier, actor: str, now: datetime) -> Dossier:
    """The dossier held by nobody; raises MoveRefused when another holds it."""
    require_free(dossier, actor, now)
    return replace(dossier, claimed_by="", claimed_until=None)
