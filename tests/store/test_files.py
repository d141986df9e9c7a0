from __future__ import annotations

from datetime import timedelta

import pytest
from miroir.errors import NothingFound, StoreError
from miroir.store import FileState, SourceState, Store
from miroir.types.source import Refusal

from tests.store.samples import NOW, file


def test_a_file_is_known_once(store: Store) -> None:
    received = file()
    with store.write() as tables:
        assert not tables.files.known(received.sha256)
        assert tables.files.record_received(received, "depot", NOW)
        assert not tables.files.record_received(received, "other", NOW)
    with store.read() as tables:
        assert tables.files.known(received.sha256)
        found = tables.files.get(received.sha256)
    assert (found.source, found.name, found.size) == ("depot", "a.edi", 19)
    assert found.state is FileState.RECEIVED
    assert found.received_at == NOW


def test_what_a_crash_left_unread_is_pending(store: Store) -> None:
    first, second, read = file(b"1"), file(b"2"), file(b"3")
    with store.write() as tables:
        tables.files.record_received(second, "depot", NOW + timedelta(seconds=1))
        tables.files.record_received(first, "depot", NOW)
        tables.files.record_received(read, "depot", NOW)
        tables.files.set_file_state(read.sha256, FileState.READ)
    with store.read() as tables:
        pending = tables.files.pending()
        assert [item.sha256 for item in pending] == [first.sha256, second.sha256]
        assert tables.files.pending("elsewhere") == ()


def test_refusals_of_a_file_replace_the_former_ones(store: Store) -> None:
    received = file()
    refused = Refusal(
        file="a.edi", line=3, code="NOT_DSN", reason="Pas une DSN.", remedy="Rien."
    )
    with store.write() as tables:
        tables.files.record_received(received, "depot", NOW)
        for _ in range(2):
            tables.files.set_file_state(
                received.sha256, FileState.REFUSED, "Refusé.", [refused, refused]
            )
    with store.read() as tables:
        assert tables.files.refusals_of(received.sha256) == (refused, refused)
        assert tables.files.get(received.sha256).reason == "Refusé."


def test_an_unknown_file_is_said_so(store: Store) -> None:
    with store.write() as tables:
        with pytest.raises(NothingFound, match="0000"):
            tables.files.get("0" * 64)
        with pytest.raises(NothingFound, match="0000"):
            tables.files.set_file_state("0" * 64, FileState.READ)


def test_a_name_that_no_database_takes_is_still_recorded(store: Store) -> None:
    received = file(name="d\udce9p\0ôt.edi")
    with store.write() as tables:
        tables.files.record_received(received, "depot", NOW)
    with store.read() as tables:
        assert tables.files.get(received.sha256).name == "d\\udce9pôt.edi"


def test_an_instant_without_time_zone_is_refused(store: Store) -> None:
    with (
        pytest.raises(StoreError, match="time zone"),
        store.write() as tables,
    ):
        tables.files.record_received(file(), "depot", NOW.replace(tzinfo=None))


def test_a_transaction_is_stored_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tables:
        tables.files.record_received(file(), "depot", NOW)
        _ = 1 // 0
    with store.read() as tables:
        assert not tables.files.known(file().sha256)


def test_a_reading_transaction_writes_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match=r"read.?only"), store.read() as tables:
        tables.files.record_received(file(), "depot", NOW)
    with store.write() as tables:
        assert tables.files.record_received(file(), "depot", NOW)


def test_a_source_keeps_its_cursor_when_it_fails(store: Store) -> None:
    with store.write() as tables:
        assert tables.sources.state("depot") == SourceState(source="depot")
        tables.sources.succeeded("depot", cursor="12", files=3, at=NOW)
        tables.sources.failed("depot", "le serveur ne répond pas")
        tables.sources.failed("new", "refusé")
    with store.read() as tables:
        state = tables.sources.state("depot")
        names = [item.source for item in tables.sources.states()]
    assert (state.cursor, state.files_seen, state.last_success_at) == ("12", 3, NOW)
    assert state.last_error == "le serveur ne répond pas"
    assert names == ["depot", "new"]
    with store.write() as tables:
        tables.sources.succeeded("depot", cursor="14", files=2, at=NOW)
        state = tables.sources.state("depot")
    assert (state.cursor, state.files_seen, state.last_error) == ("14", 5, "")
