"""Dossiers with news are analysed again, even after a run that was cut."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from miroir.config.loading import load_settings
from miroir.dossier.model import Channel, Signal
from miroir.dossier.states import CommitmentState
from miroir.operations.dossiers.commitments import commit, measure_due
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import Received, receive
from miroir.operations.reprocess import follow_new, reprocess
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace
from miroir.operations.workplace import opened as opened_workplace
from miroir.testing.payroll.people import make_siren

from tests.operations.conftest import Place, place, workplace
from tests.operations.dossiers.conftest import signal

__all__ = ["place", "workplace"]


def opened(workplace: Workplace, siren: str) -> None:
    with workplace.store.write() as tables:
        desk = Desk(tables=tables, actor="marie", now=workplace.clock())
        receive(desk, signal("basket|1", Channel.BASKET, siren=siren))


def sync(workplace: Workplace) -> None:
    for name in sorted(workplace.sources):
        assert not collect(workplace, workplace.sources[name]).error


def test_only_dossiers_with_news_are_analysed(
    place: Place, workplace: Workplace
) -> None:
    siren = place.company.siren
    opened(workplace, siren)
    # Nothing is declared yet: there is nothing to compare.
    assert follow_new(workplace) == []
    place.deliver(last=2)
    sync(workplace)
    # The run is cut here; the next one finds nothing new to collect.
    sync(workplace)
    (done,) = follow_new(workplace)
    assert "écarts apparus" in done.dossier
    assert follow_new(workplace) == []
    path = place.folder / "adhesions.csv"
    path.write_text(path.read_text().replace(";6.20;", ";8.00;"))
    sync(workplace)
    (again,) = follow_new(workplace)
    assert again.dossier


def test_what_comes_during_an_analysis_is_news_still(
    place: Place, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    siren = place.company.siren
    place.deliver(last=2)
    opened(workplace, siren)
    sync(workplace)
    analyse = reprocess.__globals__["_analyse"]

    def slow(*arguments: object) -> object:
        found = analyse(*arguments)
        with workplace.store.write() as tables:
            tables.cases.mark_news([siren])
        return found

    with monkeypatch.context() as patch:
        patch.setitem(reprocess.__globals__, "_analyse", slow)
        assert len(follow_new(workplace)) == 1
    assert len(follow_new(workplace)) == 1
    assert follow_new(workplace) == []


def test_a_dry_run_leaves_the_news(place: Place, workplace: Workplace) -> None:
    place.deliver(last=2)
    opened(workplace, place.company.siren)
    sync(workplace)
    assert reprocess(workplace, place.company.siren, dry_run=True).dossier
    assert len(follow_new(workplace)) == 1


def test_a_promise_that_nothing_follows_is_missed_on_its_day(
    place: Place, workplace: Workplace
) -> None:
    siren = place.company.siren
    place.deliver(last=2)
    opened(workplace, siren)
    sync(workplace)
    follow_new(workplace)
    with workplace.store.write() as tables:
        desk = Desk(
            tables=tables,
            actor="marie",
            now=datetime(2026, 6, 1, 8, tzinfo=UTC),
            rules=workplace.rules,
        )
        commit(desk, siren, "corriger", date(2026, 6, 15), "Mme Durand")
    grace = workplace.rules.grace
    for days, measured in ((0, 0), (1, 1), (2, 0)):
        day = datetime(2026, 6, 15, 9, tzinfo=UTC) + grace + timedelta(days=days)
        object.__setattr__(workplace, "clock", lambda day=day: day)
        assert measure_due(workplace) == measured
    with workplace.store.read() as tables:
        dossier = tables.cases.get(siren)
        (found,) = tables.promises.commitments_of(dossier.id)
        assert found.state is CommitmentState.NOT_KEPT
        said = [event.text for event in tables.cases.thread(dossier.id)]
    assert said[-1].endswith("à contacter\u00a0»\u00a0: engagement non tenu.")


def test_a_campaign_file_that_was_cut_is_taken_up_where_it_stopped(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(7)
    sirens = sorted({make_siren(random) for _ in range(250)})
    text = "\n".join(["siren", *sirens, *sirens[:3]])
    (place.folder / "campagne.csv").write_text(text + "\n")
    place.config.write_text(
        place.config.read_text()
        + '[sources.campagne]\nconnector = "campaign-file"\npath = "campagne.csv"\n'
    )
    taken: list[str] = []

    def cut(desk: Desk, signal: Signal) -> Received:
        taken.append(signal.siren)
        if len(taken) == 150:
            raise KeyboardInterrupt
        return receive(desk, signal)

    with opened_workplace(load_settings(place.config)) as workplace:
        source = workplace.sources["campagne"]
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("miroir.operations.dossiers.sources.receive", cut)
            collect(workplace, source)
        with workplace.store.read() as tables:
            assert len(tables.worklists.lines()) < len(sirens)
        assert collect(workplace, source).new == 1
        with workplace.store.read() as tables:
            lines = tables.worklists.lines()
            kept = [tables.cases.signals_of(line.dossier.id) for line in lines]
        assert [line.dossier.siren for line in lines] == sirens
        assert sum(map(len, kept)) == len(sirens) + 3
