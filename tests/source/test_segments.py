"""Received files in segments: whole, once, and found again after any fault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from miroir.errors import StoreError
from miroir.source import glance as glancing
from miroir.source.glance import glance
from miroir.source.heads import Head, heads_of
from miroir.source.segment_rows import ROW, record_of
from miroir.source.segments import Segments

from tests.written import NIC, SIREN, SIRET, as_bytes, declaration, envelope, plain

MARCH = 2026 * 12 + 2
OWN = (Head(int(SIREN), int(SIRET), MARCH),)

WRITER = """
import sys, os, signal
from pathlib import Path
from miroir.source.heads import Head
from miroir.source.segments import Segments
segments = Segments(Path(sys.argv[1]))
with segments.appending() as appender:
    appender.add("first.dsn", b"first", [Head(1, 100001, 24314)])
    appender.flush()
    appender.add("second.dsn", b"second" * 1000, [Head(2, 200001, 24314)])
    appender._file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def content(month: str = "2026-03", siren: str = SIREN) -> bytes:
    employee = plain(month, "2000.00", "2000.00", ("85.40", "115.00"))
    return as_bytes(envelope(declaration(month, employee, siren=siren)))


def add(segments: Segments, *files: tuple[str, bytes]) -> list[bool]:
    with segments.appending() as appender:
        return [appender.add(name, own, heads_of(own) or ()) for name, own in files]


def bytes_of(segments: Segments, row: int) -> tuple[str, bytes]:
    found = segments.rows()[row]
    stored = segments.stored(record_of(int(found["segment"]), int(found["at"])))
    with Path(stored.path).open("rb") as file:
        file.seek(stored.offset)
        return stored.name, file.read(stored.length)


def test_a_file_is_found_again_byte_for_byte(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    files = [("a é.dsn", content()), ("b.dsn", content("2026-04"))]
    assert add(segments, *files) == [True, True]
    assert [bytes_of(segments, row) for row in range(2)] == files
    (row,) = segments.rows([MARCH])
    assert (row["siren"], row["siret"], row["period"]) == OWN[0]


def test_the_same_bytes_are_received_once(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    assert add(segments, ("a.dsn", content()), ("again.dsn", content())) == [
        True,
        False,
    ]
    assert add(Segments(tmp_path), ("later.dsn", content())) == [False]
    assert len(segments.rows()) == 1


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    segments = Segments(tmp_path, segment_bytes=1)
    months = ["2026-01", "2026-02", "2026-03"]
    add(segments, *((f"{month}.dsn", content(month)) for month in months))
    assert segments.rows()["segment"].tolist() == [1, 2, 3]
    assert [bytes_of(segments, row)[1] for row in range(3)] == [
        content(month) for month in months
    ]


def test_every_declaration_of_a_file_has_its_row(tmp_path: Path) -> None:
    other = "999000250"
    both = as_bytes(
        envelope(declaration("2026-03"), declaration("2026-04", siren=other))
    )
    add(Segments(tmp_path), ("lot.dsn", both))
    rows = Segments(tmp_path).rows()
    assert rows["siren"].tolist() == [int(SIREN), int(other)]
    assert rows["period"].tolist() == [MARCH, MARCH + 1]
    assert len({(row["segment"], row["at"]) for row in rows}) == 1


@pytest.mark.parametrize(
    "unknown",
    [b"", b"not a DSN", as_bytes(["S20.G00.05.001,'01'", "S20.G00.05.005,'01032026'"])],
)
def test_what_cannot_be_told_is_kept(tmp_path: Path, unknown: bytes) -> None:
    assert heads_of(unknown) is None
    segments = Segments(tmp_path)
    add(segments, ("unknown.dsn", unknown))
    assert segments.rows()["period"].tolist() == [0]
    assert bytes_of(segments, 0) == ("unknown.dsn", unknown)


def test_a_declaration_without_its_company_is_not_given_the_next_one() -> None:
    lines = ["S20.G00.05.001,'01'", "S20.G00.05.005,'01032026'"]
    assert heads_of(as_bytes([*lines, *declaration("2026-04")])) is None


def test_a_torn_append_is_overwritten(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    add(segments, ("a.dsn", content()))
    with segments.path(1).open("ab") as torn:
        torn.write(b"miroir-1 0 half of a hea")
    with segments.index_path(1).open("ab") as torn:
        torn.write(bytes(ROW.itemsize) + b"half of a row")
    assert len(segments.rows()) == 1
    add(segments, ("b.dsn", content("2026-04")))
    assert [bytes_of(segments, row)[0] for row in range(2)] == ["a.dsn", "b.dsn"]
    assert segments.rebuild(1, {}).size == 2


def test_a_process_killed_while_appending_leaves_what_was_flushed(
    tmp_path: Path,
) -> None:
    done = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    segments = Segments(tmp_path)
    assert segments.path(1).stat().st_size > 6000
    assert bytes_of(segments, 0) == ("first.dsn", b"first")
    assert len(segments.rows()) == 1
    assert add(segments, ("second.dsn", b"second" * 1000)) == [True]
    assert bytes_of(segments, 1) == ("second.dsn", b"second" * 1000)


def test_the_index_can_be_made_again_from_the_segment(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    add(segments, ("a.dsn", content()), ("b.dsn", content("2026-04")))
    rows = segments.rows()
    heads = {
        bytes(row["sha256"]).hex(): [Head(*(int(row[n]) for n in Head._fields))]
        for row in rows
    }
    segments.index_path(1).unlink()
    assert len(segments.rows()) == 0
    assert segments.rebuild(1, heads).tobytes() == rows.tobytes()
    assert segments.rows().tobytes() == rows.tobytes()


def test_a_file_left_in_place_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "in place é.dsn"
    path.write_bytes(content())
    segments = Segments(tmp_path / "segments")
    with segments.appending() as appender:
        assert appender.add_in_place(glance(path))
    assert bytes_of(segments, 0) == (str(path), content())
    assert segments.path(1).stat().st_size < 300


def test_a_file_left_in_place_that_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "moving.dsn"
    path.write_bytes(content())
    segments = Segments(tmp_path / "segments")
    with segments.appending() as appender:
        appender.add_in_place(glance(path))
    stored = segments.stored(record_of(1, 0))
    stored.check()
    os.utime(path, ns=(0, 0))
    with pytest.raises(StoreError, match="changed since"):
        stored.check()
    path.unlink()
    with pytest.raises(StoreError, match="No such file"):
        stored.check()


def test_a_large_file_is_looked_at_chunk_by_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.dsn"
    path.write_bytes(content() + content("2026-04"))
    whole = glance(path)
    for chunk in (16, 61, 100):
        monkeypatch.setattr(glancing, "CHUNK", chunk)
        piecewise = glance(path)
        assert piecewise.content is None
        assert (piecewise.sha256, piecewise.length) == (whole.sha256, whole.length)
        assert piecewise.heads == whole.heads
        assert piecewise.heads is not None
        assert len(piecewise.heads) == 2
    segments = Segments(tmp_path / "segments")
    with segments.appending() as appender:
        assert appender.add_file(piecewise)
        assert not appender.add_file(piecewise)
    assert bytes_of(segments, 0) == (str(path), path.read_bytes())


def test_a_file_that_changes_while_it_is_received_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glancing, "CHUNK", 16)
    path = tmp_path / "large.dsn"
    path.write_bytes(content())
    seen = glance(path)
    path.write_bytes(content("2026-04"))
    segments = Segments(tmp_path / "segments")
    with segments.appending() as appender:
        with pytest.raises(OSError, match="changed while"):
            appender.add_file(seen)
        assert appender.add_file(glance(path))
    assert len(segments.rows()) == 1
    assert bytes_of(segments, 0) == (str(path), content("2026-04"))


def test_a_lost_segment_is_told(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    add(segments, ("a.dsn", content()))
    segments.path(1).unlink()
    with pytest.raises(StoreError, match="restore it from a backup"):
        segments.stored(record_of(1, 0))


def test_only_its_owner_may_read_a_segment(tmp_path: Path) -> None:
    segments = Segments(tmp_path / "segments")
    add(segments, (f"{NIC}.dsn", content()))
    assert segments.path(1).stat().st_mode & 0o077 == 0
    assert segments.folder.stat().st_mode & 0o077 == 0
