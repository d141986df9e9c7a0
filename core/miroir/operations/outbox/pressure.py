"""Whether so much waits to go out that nothing more should come in."""

from __future__ import annotations

from datetime import timedelta

from miroir.operations.outbox.classes import terms_of
from miroir.operations.workplace import Workplace


def too_much(workplace: Workplace) -> str:
    """Why sources are to wait, in one line; empty when they are not."""
    longest = timedelta(hours=workplace.settings.outbox.pause_hours)
    for name, configured in workplace.destinations.items():
        most = terms_of(configured).promise.max_pending
        with workplace.store.read() as tables:
            count, oldest = tables.claims.backlog(configured.kind)
            now = tables.leases.now()
        if count > most:
            return f"{count} actions wait for [destinations.{name}], {most} at most"
        if oldest is not None and now - oldest > longest:
            return (
                f"an action has waited for [destinations.{name}] since "
                f"{oldest:%Y-%m-%d %H:%M} UTC"
            )
    return ""
