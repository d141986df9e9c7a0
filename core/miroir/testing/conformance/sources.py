"""The contract of sources: the same files, twice, from any start."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import ClassVar

import pytest

from miroir.config.connecting import SOURCES
from miroir.errors import SourceError
from miroir.privacy import HIDDEN, mask
from miroir.testing.conformance.actions import SIREN
from miroir.testing.conformance.reaching import gives_up, silence
from miroir.testing.conformance.tables import TableContract
from miroir.types.source import CollectRequest, ReceivedFile, RowSource, Source


class SourceContract(TableContract[Source]):
    """A connector of `miroir_sources`.

    `settings` prepares a place that holds at least one file; `files` says how
    many, more than one page where the place answers in pages. `siren`: a company
    that some of them are of, for a source that can give those of one. `seconds`:
    how long one call may last. `on_the_network` is False for a place that can
    neither be slow nor silent, such as a folder.
    """

    kind = "source"
    section = SOURCES
    on_the_network: ClassVar[bool] = True
    seconds: ClassVar[float] = 30
    files: ClassVar[int] = 0
    siren: ClassVar[str] = ""
    prepared: Mapping[str, object]

    def more(self, folder: Path) -> None:
        """Put one more file in the place of `prepared`, after the others.

        `prepared` is the table that `settings` gave.
        """
        pytest.skip("`more` is not written: nothing shows that a cursor loses nothing")

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        """The keys of a table whose place is at this address."""
        pytest.skip("`silent` is not written: nothing shows that time-outs are kept")

    def described(self) -> type[Source]:
        return self.given(lambda m: m.sources().get(self.connector)).value.source

    def test_check_reaches_the_place(self, tmp_path: Path) -> None:
        self._source(tmp_path).check()

    def test_check_says_when_it_cannot(self, tmp_path: Path) -> None:
        source = self.build(self.unreachable(tmp_path), tmp_path)
        with pytest.raises(SourceError) as caught:
            source.check()
        assert str(caught.value).strip(), "the error says nothing"

    def test_it_gives_files(self, tmp_path: Path) -> None:
        given = self._collected(self._source(tmp_path))
        assert given, "`settings` has to prepare a place that holds a file"
        assert all(isinstance(each, ReceivedFile) for each in given)
        names = [each.name for each in given]
        assert len(set(names)) == len(names), f"one name for two files: {names}"

    def test_it_gives_them_all(self, tmp_path: Path) -> None:
        given = self._collected(self._source(tmp_path))
        if not self.files and self.on_the_network:
            pytest.skip("`files` is not written: nothing shows that all pages are read")
        assert len(given) == (self.files or len(given)), (
            f"{len(given)} given of {self.files}: is a page left out?"
        )

    def test_each_has_its_own_fingerprint(self, tmp_path: Path) -> None:
        for file in self._collected(self._source(tmp_path)):
            assert file.sha256 == ReceivedFile.of(file.name, file.content).sha256, (
                f"{file.name}: its sha256 is of other bytes; use `ReceivedFile.of`"
            )

    def test_one_company_can_be_asked_for(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        whole = {each.sha256 for each in self._collected(source)}
        asked = CollectRequest(siren=self.siren or SIREN)
        given = {each.sha256 for each in source.collect(asked)}
        assert given <= whole, "files of one company that the whole does not hold"
        if given != whole and not self.siren:
            pytest.skip("it selects by company: name one of the place's in `siren`")
        assert given, (
            f"it gives nothing of {asked.siren}: `reprocess` would see nothing"
        )

    def test_twice_gives_the_same(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        once = [(each.name, each.sha256) for each in self._collected(source)]
        twice = [(each.name, each.sha256) for each in self._collected(source)]
        assert once == twice, "two collections differ, or are in another order"

    def test_it_starts_again_after_an_interruption(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        for _ in islice(source.collect(CollectRequest()), 1):
            break  # as when the process is killed after one file
        after = [each.sha256 for each in self._collected(source)]
        whole = [each.sha256 for each in self._collected(self.build_again(tmp_path))]
        assert after == whole, "an interrupted collection loses files"

    def test_a_cursor_skips_nothing(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        first = {each.sha256 for each in self._collected(source)}
        cursor = source.next_cursor()
        if cursor is None:
            return
        later = {
            each.sha256
            for each in self.build_again(tmp_path).collect(
                CollectRequest(cursor=cursor)
            )
        }
        assert later <= first, "the place has not changed: the cursor gives new files"

    def test_a_cursor_keeps_what_comes_later(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        first = {each.sha256 for each in self._collected(source)}
        cursor = source.next_cursor()
        if cursor is None:
            return
        self.more(tmp_path)
        again = self.build_again(tmp_path).collect(CollectRequest(cursor=cursor))
        later = {each.sha256 for each in again}
        assert later - first, "a file that came after the cursor is never given"

    def test_no_error_tells_a_secret(self, tmp_path: Path) -> None:
        source = self.build(self.unreachable(tmp_path), tmp_path)
        for call in (source.check, lambda: list(source.collect(CollectRequest()))):
            told = ""
            try:
                call()
            except Exception as error:  # noqa: BLE001 - its class is looked at elsewhere
                told = mask(str(error))
            assert HIDDEN not in told, f"it tells a secret, a NIR or an IBAN: {told}"

    def test_rows_are_taken_or_refused(self, tmp_path: Path) -> None:
        source = self._source(tmp_path)
        if source.kind == "dsn":
            return  # the core reads them
        assert isinstance(source, RowSource)
        for file in self._collected(source):
            reading = source.read(file)
            assert reading == source.read(file), "one file is read in two ways"
            for refusal in reading.refusals:
                assert refusal.reason.strip() and refusal.code, (
                    f"{refusal}: says nothing"
                )

    def test_it_gives_up_in_time(self, tmp_path: Path) -> None:
        if not self.on_the_network:
            return
        with silence() as (host, port):
            source = self.build(self.silent(host, port, tmp_path), tmp_path)
            gives_up(lambda: list(source.collect(CollectRequest())), self.seconds)

    def build_again(self, folder: Path) -> Source:
        """The same place, seen by another process: nothing is prepared again."""
        return self.build(self.prepared, folder)

    def _source(self, folder: Path) -> Source:
        self.prepared = dict(self.settings(folder))
        return self.build(self.prepared, folder)

    @staticmethod
    def _collected(source: Source) -> list[ReceivedFile]:
        return list(source.collect(CollectRequest()))
