"""Collecting: idempotent, resumable, one failing source among others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from miroir.errors import NothingFound, SourceError, SourceUnavailable
from miroir.operations import sync
from miroir.operations.sync import chosen, collect
from miroir.operations.workplace import Workplace
from miroir.plugins.sources import ConfiguredSource
from miroir.store import FileState
from miroir.types.source import CollectRequest, DsnSource, ReceivedFile
from miroir_connectors.drop.folder import FolderDrop

from tests.operations.conftest import Place
from tests.written import as_bytes, declaration, envelope, plain


def depot(workplace: Workplace) -> ConfiguredSource:
    return workplace.sources["depot"]


def test_what_is_new_is_archived_and_recorded(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    report = collect(workplace, depot(workplace))
    assert (report.given, report.new, report.error) == (4, 4, "")
    assert report.sirens == {place.company.siren}
    with workplace.store.read() as tables:
        digests = tables.declarations.files_of(place.company.siren)
        assert len(digests) == 4
        assert tables.sources.state("depot").files_seen == 4
    for digest in digests:
        stored = workplace.archive.get(digest).content
        assert stored in [content for _, content in place.company.files]


def test_a_second_collection_takes_nothing_again(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    collect(workplace, depot(workplace))
    report = collect(workplace, depot(workplace))
    assert (report.given, report.new) == (4, 0)


def test_adhesions_and_refused_rows_are_kept(
    place: Place, workplace: Workplace
) -> None:
    path = place.folder / "adhesions.csv"
    path.write_bytes(path.read_bytes() + b"123;;01;2026-01-01;;6.20;17;60;;;M;\n")
    report = collect(workplace, workplace.sources["adhesions"])
    assert [refusal.code for refusal in report.refusals]
    with workplace.store.read() as tables:
        assert tables.adhesions.conditions_of(place.company.siren)


def test_a_table_of_unknown_columns_is_refused_whole(
    place: Place, workplace: Workplace
) -> None:
    (place.folder / "adhesions.csv").write_text("a;b\n1;2\n")
    report = collect(workplace, workplace.sources["adhesions"])
    assert [refusal.code for refusal in report.refusals] == ["COLUMNS_UNKNOWN"]


def test_a_file_that_is_no_dsn_is_kept_as_refused(
    place: Place, workplace: Workplace
) -> None:
    (place.drop / "note.txt").write_text("bonjour")
    report = collect(workplace, depot(workplace))
    assert [refusal.code for refusal in report.refusals] == ["NOT_A_DSN"]
    digest = ReceivedFile.of("", b"bonjour").sha256
    with workplace.store.read() as tables:
        assert tables.files.get(digest).state is FileState.REFUSED
        assert [r.code for r in tables.files.refusals_of(digest)] == ["NOT_A_DSN"]


def test_an_interrupted_collection_is_finished_by_the_next(
    place: Place, workplace: Workplace
) -> None:
    name, content = place.company.files[0]
    file = ReceivedFile.of(name, content)
    workplace.archive.put(file)
    with workplace.store.write() as tables:
        tables.files.record_received(file, "depot")
    report = collect(workplace, depot(workplace))
    assert (report.given, report.new) == (0, 1)
    with workplace.store.read() as tables:
        assert tables.declarations.files_of(place.company.siren) == (file.sha256,)


def test_a_replaced_month_changes_the_status_of_the_older(
    place: Place, workplace: Workplace
) -> None:
    for order, kind in (("1", "01"), ("2", "03")):
        one = plain("2026-01", f"{order}000.00", "1000.00", ("1.00", "0.00"))
        written = envelope(declaration("2026-01", one, order=order, kind=kind))
        (place.drop / f"{order}.dsn").write_bytes(as_bytes(written))
        collect(workplace, depot(workplace))
    with workplace.store.read() as tables:
        versions = tables.declarations.versions_of("999000243")
    assert [(v.order, v.status.value) for v in versions] == [
        (1, "superseded"),
        (2, "current"),
    ]


@dataclass(frozen=True, kw_only=True)
class Moody(DsnSource):
    """Fails a number of times, then gives one file."""

    failures: list[Exception]
    content: bytes = b""

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        if self.failures:
            raise self.failures.pop()
        yield ReceivedFile.of("moody.dsn", self.content)


def moody(workplace: Workplace, place: Place, *failures: Exception) -> ConfiguredSource:
    content = place.company.files[0][1]
    source = Moody(failures=list(failures), content=content)
    return replace(depot(workplace), name="moody", source=source)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "LONGEST_WAIT", 0)


def test_a_source_that_does_not_answer_is_asked_again(
    place: Place, workplace: Workplace, impatient: None
) -> None:
    said: list[str] = []
    source = moody(workplace, place, SourceUnavailable("503"), SourceUnavailable("x"))
    report = collect(workplace, source, say=said.append)
    assert (report.new, report.error) == (1, "")
    assert any("trying again" in message for message in said)


def test_a_source_that_never_answers_is_reported(
    place: Place, workplace: Workplace, impatient: None
) -> None:
    failures = [SourceUnavailable("no answer")] * sync.ATTEMPTS
    report = collect(workplace, moody(workplace, place, *failures))
    assert report.error == "no answer"
    with workplace.store.read() as tables:
        assert tables.sources.state("moody").last_error == "no answer"


def test_a_source_that_cannot_be_read_is_not_asked_again(
    place: Place, workplace: Workplace
) -> None:
    source = moody(workplace, place, SourceError("bad token"))
    assert collect(workplace, source).error == "bad token"


def test_a_plugin_that_breaks_is_named(place: Place, workplace: Workplace) -> None:
    report = collect(workplace, moody(workplace, place, KeyError("oops")))
    assert "dsn-folder" in report.error
    assert "KeyError" in report.error


def test_an_unknown_source_is_refused_with_the_known_ones(
    workplace: Workplace,
) -> None:
    with pytest.raises(NothingFound, match="adhesions, depot"):
        chosen(workplace, ["depo"])
    assert [each.name for each in chosen(workplace, [])] == ["adhesions", "depot"]
    assert [each.name for each in chosen(workplace, ["depot"])] == ["depot"]


def test_what_came_before_a_failure_is_settled(
    place: Place, workplace: Workplace
) -> None:
    for order, kind in (("1", "01"), ("2", "03")):
        one = plain("2026-01", f"{order}000.00", "1000.00", ("1.00", "0.00"))
        written = envelope(declaration("2026-01", one, order=order, kind=kind))
        (place.drop / f"{order}.dsn").write_bytes(as_bytes(written))
    (place.drop / "3.dsn").symlink_to(place.folder / "gone")
    assert collect(workplace, depot(workplace)).error
    with workplace.store.read() as tables:
        versions = tables.declarations.versions_of("999000243")
    assert [v.status.value for v in versions] == ["superseded", "current"]


@dataclass(frozen=True, kw_only=True)
class Lost(DsnSource):
    """Gives nothing, and breaks when asked where to go on."""

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        yield from ()

    def next_cursor(self) -> str | None:
        raise KeyError("cursor")


def test_a_source_that_loses_its_cursor_is_named(workplace: Workplace) -> None:
    source = replace(depot(workplace), name="lost", source=Lost())
    assert "KeyError" in collect(workplace, source).error


@dataclass(frozen=True, kw_only=True)
class Careful(DsnSource):
    """Notes what is safe at the moment when it is told so."""

    file: ReceivedFile
    workplace: Workplace
    told: list[bool]
    error: str = ""

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        yield self.file

    def taken(self, file: ReceivedFile) -> None:
        with self.workplace.store.read() as tables:
            known = tables.files.known(file.sha256)
        self.told.append(known and file.sha256 in self.workplace.archive)
        if self.error:
            raise SourceError(self.error)


def test_a_source_is_told_of_a_file_once_it_is_safe(
    place: Place, workplace: Workplace
) -> None:
    file = ReceivedFile.of(*place.company.files[0])
    told: list[bool] = []
    source = Careful(file=file, workplace=workplace, told=told)
    configured = replace(depot(workplace), name="careful", source=source)
    assert (collect(workplace, configured).new, told) == (1, [True])
    # Told again of what is given again: the first time may have been cut short.
    assert (collect(workplace, configured).new, told) == (0, [True, True])
    failing = replace(configured, source=replace(source, error="cannot be moved"))
    assert collect(workplace, failing).error == "cannot be moved"


def test_a_source_of_what_is_new_is_not_held_when_nothing_is(
    place: Place, workplace: Workplace
) -> None:
    drop = place.folder / "campagnes"
    drop.mkdir()
    (drop / "a.csv").write_text("siren\n552100554\n640151353\n")
    source = FolderDrop(
        kind="campaign", folder=drop, patterns=("*.csv",), stable_seconds=0
    )
    configured = replace(depot(workplace), name="campagnes", source=source)
    reports = [collect(workplace, configured) for _ in range(3)]
    assert [(report.new, report.error) for report in reports] == [
        *((1, ""), (0, ""), (0, "")),
    ]
