"""A store of both kinds, and a desk to act at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from miroir.dossier.model import Channel, Signal
from miroir.dossier.rules import Rules
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.following import follow_analysis
from miroir.operations.dossiers.intake import receive
from miroir.store import Store
from miroir.types.diagnosis import CompanyAnalysis

from tests.store.conftest import keys, postgresql, store, url
from tests.store.samples import SIREN

__all__ = ["keys", "postgresql", "store", "url"]

NOW = datetime(2026, 4, 20, 8, tzinfo=UTC)
At = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture
def at(store: Store) -> At:
    """`with at("marie", days=3) as desk`: a desk some days later."""

    @contextmanager
    def desk(actor: str = "marie", days: int = 0, **more: object) -> Iterator[Desk]:
        rules = Rules(**more)  # type: ignore[arg-type]
        with store.write() as tables:
            now = NOW + timedelta(days=days)
            yield Desk(tables=tables, actor=actor, now=now, rules=rules)

    return desk


def signal(key: str, channel: Channel = Channel.CAMPAIGN, **more: object) -> Signal:
    base: dict[str, object] = {"at": NOW, "siren": SIREN}
    return Signal(key=key, channel=channel, **{**base, **more})  # type: ignore[arg-type]


def analysed(desk: Desk, company: CompanyAnalysis) -> None:
    """A new analysis of the company reaches its dossier."""
    tables = desk.tables
    tables.results.save_run(company, "sync", desk.now)
    run = tables.results.last_run(company.view.siren)
    assert run is not None
    persons = {line.person for line in company.view.mirror}
    names = tables.employees.remember(persons)
    follow_analysis(desk, company.view, run, names.__getitem__, 1)


def opened(desk: Desk, company: CompanyAnalysis | None = None) -> None:
    """The dossier of a company, opened by a campaign and analysed."""
    receive(desk, signal("campaign|1"))
    if company is not None:
        analysed(desk, company)
