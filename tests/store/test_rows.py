from __future__ import annotations

from datetime import timedelta

import pytest
from miroir.errors import NothingFound, StoreError
from miroir.store import Store
from miroir.types.campaign import CampaignLine
from miroir.types.declaration import VersionStatus
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from tests.store.samples import MARCH, NOW, SIREN, SIRET, condition, file, version

ELSEWHERE = "552100554"


def receive(store: Store, *files: ReceivedFile) -> None:
    with store.write() as tables:
        for rank, received in enumerate(files):
            at = NOW + timedelta(minutes=rank)
            tables.files.record_received(received, "depot", at)


def test_the_files_of_a_company_come_as_they_were_received(store: Store) -> None:
    late, early = file(b"late"), file(b"early")
    receive(store, early, late)
    with store.write() as tables:
        tables.declarations.record_declarations(
            [
                version(late.sha256, line=2),
                version(early.sha256, line=2),
                version(early.sha256, line=80),
                version(late.sha256, line=80, siren=ELSEWHERE),
            ]
        )
    with store.read() as tables:
        assert tables.declarations.files_of(SIREN) == (early.sha256, late.sha256)
        assert tables.declarations.files_of(ELSEWHERE) == (late.sha256,)
        assert tables.declarations.files_of("000000000") == ()
        assert tables.declarations.sirens() == (ELSEWHERE, SIREN)


def test_a_superseded_version_is_kept(store: Store) -> None:
    first, second = file(b"1"), file(b"2")
    receive(store, first, second)
    old = VersionStatus.SUPERSEDED
    with store.write() as tables:
        tables.declarations.record_declarations([version(first.sha256)])
        tables.declarations.record_declarations(
            [
                version(first.sha256, status=old),
                version(second.sha256, order=20260405123456789),
            ]
        )
    with store.read() as tables:
        found = tables.declarations.versions_of(SIREN)
    assert [item.status for item in found] == [old, VersionStatus.CURRENT]
    assert found[1].order == 20260405123456789
    assert (found[1].siret, found[1].period, found[1].position) == (SIRET, MARCH, 12)


def test_two_declarations_on_one_line_are_refused(store: Store) -> None:
    receive(store, file())
    same = version(file().sha256)
    with pytest.raises(StoreError, match="same line"), store.write() as tables:
        tables.declarations.record_declarations([same, same])


def test_a_declaration_needs_its_file(store: Store) -> None:
    with (
        pytest.raises(StoreError, match=r"(?i)foreign key") as caught,
        store.write() as tables,
    ):
        tables.declarations.record_declarations([version("0" * 64)])
    assert "0" * 64 not in str(caught.value)  # no row is quoted


def test_conditions_come_back_as_they_were_given(store: Store) -> None:
    received = file(name="adh.csv")
    receive(store, received)
    given = (condition(line=2), condition(line=3, rate="21.59"))
    with store.write() as tables:
        for _ in range(2):
            tables.adhesions.replace_conditions("adh", received.sha256, given)
    with store.read() as tables:
        assert tables.adhesions.conditions_of(SIREN) == given
        assert tables.adhesions.conditions_of(ELSEWHERE) == ()


def test_the_newest_file_of_a_source_holds_for_its_companies(store: Store) -> None:
    old, new, other = (file(text, "adh.csv") for text in (b"old", b"new", b"other"))
    receive(store, old, new, other)
    elsewhere = condition(siren=ELSEWHERE, line=3)
    with store.write() as tables:
        adhesions = tables.adhesions
        adhesions.replace_conditions("b", new.sha256, [condition(rate="2")])
        adhesions.replace_conditions("b", old.sha256, [condition(rate="1"), elsewhere])
        adhesions.replace_conditions("a", other.sha256, [condition(rate="3")])
    with store.read() as tables:
        found = tables.adhesions.conditions_of(SIREN)
        assert [str(item.rate_t2) for item in found] == ["3", "2"]
        assert tables.adhesions.conditions_of(ELSEWHERE) == (elsewhere,)


def test_conditions_need_their_file(store: Store) -> None:
    with pytest.raises(NothingFound), store.write() as tables:
        tables.adhesions.replace_conditions("adh", "0" * 64, [condition()])


def test_campaign_lines_keep_every_column(store: Store) -> None:
    received = file(name="campagne.csv")
    receive(store, received)
    full = CampaignLine(
        siren=SIREN,
        siret=SIRET,
        period=Month(2026, 1),
        campaign="2026-1",
        declared=-12_345,
        calculated=9_007_199_254_740_993,
        file="campagne.csv",
        line=2,
        row={"SIREN": SIREN, "Écart": "−123,45"},
    )
    bare = CampaignLine(siren=SIREN, file="campagne.csv", line=3)
    with store.write() as tables:
        for _ in range(2):
            tables.campaigns.record_lines(received.sha256, [full, bare])
    with store.read() as tables:
        assert tables.campaigns.lines_of(SIREN) == (full, bare)
        assert tables.campaigns.lines_of(ELSEWHERE) == ()
