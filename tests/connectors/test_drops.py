"""Drops in a folder, on a real OpenSSH server, on a real store of S3: the same rules."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from miroir import (
    CampaignReading,
    CollectRequest,
    ReceivedFile,
    SourceError,
    SourceUnavailable,
)
from miroir_connectors.drop import moving
from miroir_connectors.drop.folder import Folder
from miroir_connectors.drop.place import Entry, Nature
from miroir_connectors.drop.rules import fault_of
from miroir_connectors.drop.source import Drop

from tests.connectors.drops import ROWS, Bucket, Hand, Local

MOVE = {"after": "move"}


@pytest.fixture(params=["folder", "sftp", "s3"])
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Hand:
    if request.param == "s3":
        return Bucket(request.getfixturevalue("s3"))
    if request.param == "sftp":
        return Local(tmp_path, request.getfixturevalue("ssh"))
    return Local(tmp_path)


@pytest.fixture(params=["folder", "sftp"])
def local(request: pytest.FixtureRequest, tmp_path: Path) -> Local:
    ssh = request.getfixturevalue("ssh") if request.param == "sftp" else None
    return Local(tmp_path, ssh)


def names(files: list[ReceivedFile]) -> list[str]:
    return [file.name.rpartition("/")[2] for file in files]


def collected(source: Drop, cursor: str | None = None) -> list[ReceivedFile]:
    """As the core does: each file is safe before the next is asked for."""
    files = []
    for file in source.collect(CollectRequest(cursor=cursor)):
        source.taken(file)
        files.append(file)
    return files


def test_files_are_given_once_and_left(hand: Hand) -> None:
    source = hand.source()
    source.check()
    hand.put("b.csv")
    hand.put("a.CSV", ROWS + b"\n")
    hand.put("notes.txt")
    hand.put("below/c.csv")
    before = hand.all()
    found = collected(source)
    assert sorted(names(found)) == ["a.CSV", "b.csv"]
    assert {file.content for file in found} == {ROWS, ROWS + b"\n"}
    cursor = source.next_cursor()
    assert collected(source, cursor) == []
    assert source.next_cursor() == cursor
    hand.put("b.csv", ROWS + b"640151353;2026-03\n", at=1_700_000_001)
    assert names(collected(source, cursor)) == ["b.csv"]
    assert hand.all().keys() == before.keys()
    assert source.incremental


def test_folders_below_are_asked_for(hand: Hand) -> None:
    hand.put("2026/03/c.csv")
    hand.put("b.csv")
    found = collected(hand.source(recursive=True))
    assert sorted(names(found)) == ["b.csv", "c.csv"]
    (deep,) = [file for file in found if file.name.endswith("c.csv")]
    assert deep.name.endswith("/2026/03/c.csv")
    assert "tests" not in deep.name.replace(str(Path.cwd()), "")


def test_rows_are_read_whatever_brought_them(hand: Hand) -> None:
    hand.put("b.csv")
    source = hand.source(campaign="F26")
    (file,) = collected(source)
    reading = source.read(file)
    assert isinstance(reading, CampaignReading)
    assert [line.campaign for line in reading.lines] == ["F26"]


def test_a_file_waits_for_its_marker(hand: Hand) -> None:
    source = hand.source(marker=".done")
    hand.put("b.csv")
    assert collected(source) == []
    hand.put("b.csv.done", b"")
    assert names(collected(source)) == ["b.csv"]


def test_a_file_that_is_too_big_is_left_and_named(hand: Hand) -> None:
    hand.put("big.csv", b"x" * 1_000_001)
    hand.put("b.csv")
    source = hand.source(most_megabytes=1)
    given = source.collect(CollectRequest())
    assert next(iter(given)).name.endswith("b.csv")
    with pytest.raises(SourceError, match=r"1 left out\n  big.csv: more than 1 MB"):
        next(iter(given))
    assert "big.csv" in hand.all()


def test_packs_are_unpacked_within_bounds(hand: Hand) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("one.csv", ROWS)
        file.writestr("deeper/two.csv", ROWS + b"\n")
    hand.put("pack.zip", packed.getvalue())
    hand.put("three.csv.gz", gzip.compress(ROWS))
    source = hand.source(patterns=("*.csv", "*.zip", "*.gz"), unpack=True)
    found = collected(source)
    assert sorted(names(found)) == ["one.csv", "three.csv", "two.csv"]
    assert {file.content for file in found} == {ROWS, ROWS + b"\n"}


def _zip_of(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.zip", _zip_of("a.csv", bytes(3_000_000)), "more than 1 MB once unpacked"),
        ("x.gz", gzip.compress(bytes(3_000_000)), "more than 1 MB once unpacked"),
        ("x.zip", _zip_of("../a.csv", ROWS), "a name that could lead elsewhere"),
        ("x.zip", _zip_of("/etc/a.csv", ROWS), "a name that could lead elsewhere"),
        ("x.zip", _zip_of("a.exe", ROWS), "whose name fits no pattern"),
        ("x.zip", _zip_of("a.csv", ROWS)[:40], "a ZIP file that cannot be unpacked"),
        ("x.gz", gzip.compress(ROWS)[:-9], "a gzip file that is cut"),
        ("x.gz", gzip.compress(ROWS) + b"more", "followed by something else"),
        ("x.gz", b"\x1f\x8bnot", "a gzip file that cannot be unpacked"),
    ],
    ids=(
        *("large zip", "large gzip", "upwards", "absolute", "odd name", "cut zip"),
        *("cut gzip", "followed", "no gzip"),
    ),
)
def test_a_pack_that_is_a_trap_is_left_and_named(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    hand = Local(tmp_path)
    hand.put(name, content)
    source = hand.source(patterns=("*.csv", "x.*"), unpack=True, most_megabytes=1)
    with pytest.raises(SourceError, match=f"1 left out\n  {name}: .*{reason}"):
        collected(source)
    assert hand.all() == {name: content}


def test_a_locked_pack_and_one_of_too_many_files(tmp_path: Path) -> None:
    locked = bytearray(_zip_of("a.csv", ROWS))
    for at in (6, locked.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file:
        for number in range(10_001):
            file.writestr(f"{number}.csv", b"")
    hand = Local(tmp_path)
    hand.put("a.zip", bytes(locked))
    hand.put("b.zip", many.getvalue())
    with pytest.raises(SourceError, match=r"(?s)2 left out.*RuntimeError.*10000 files"):
        collected(hand.source(patterns=("*.csv", "*.zip"), unpack=True))


def test_a_workbook_is_not_unpacked(tmp_path: Path) -> None:
    hand = Local(tmp_path)
    hand.put("book.xlsx", _zip_of("xl/workbook.xml", b""))
    (file,) = collected(hand.source(patterns=("*.xlsx",), unpack=True))
    assert file.content == hand.all()["book.xlsx"]


def test_what_was_taken_is_moved_and_nothing_is_written_over(local: Local) -> None:
    local.put("b.csv")
    local.put("b.csv.done", b"")
    source = local.source(marker=".done", **MOVE)
    assert names(collected(source)) == ["b.csv"]
    assert local.all() == {"taken/b.csv": ROWS, "taken/b.csv.done": b""}
    local.put("b.csv", b"siren\n")
    local.put("b.csv.done", b"")
    assert names(collected(source, source.next_cursor())) == ["b.csv"]
    assert local.all() == {
        "taken/b.csv": ROWS,
        "taken/b.csv.done": b"",
        "taken/b (2).csv": b"siren\n",
        "taken/b (2).csv.done": b"",
    }


def test_a_file_is_moved_only_once_all_that_it_packs_is_safe(local: Local) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("one.csv", ROWS)
        file.writestr("two.csv", ROWS + b"\n")
    local.put("pack.zip", packed.getvalue())
    source = local.source(patterns=("*.csv", "*.zip"), unpack=True, **MOVE)
    first, second = source.collect(CollectRequest())
    source.taken(first)
    assert list(local.all()) == ["pack.zip"]
    source.taken(second)
    assert list(local.all()) == ["taken/pack.zip"]
    source.taken(ReceivedFile.of("of another source", b""))


def test_a_file_put_back_under_the_same_name_is_not_moved(local: Local) -> None:
    local.put("b.csv")
    source = local.source(**MOVE)
    (file,) = source.collect(CollectRequest())
    local.put("b.csv", b"siren\n", at=1_700_000_009)
    source.taken(file)
    assert local.all() == {"b.csv": b"siren\n"}
    assert names(collected(source)) == ["b.csv"]


def test_links_and_pipes_are_named_not_opened(local: Local, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    secret.write_bytes(ROWS)
    (tmp_path / "a.csv").symlink_to(secret)
    (tmp_path / "deeper").symlink_to(tmp_path.parent, target_is_directory=True)
    os.mkfifo(tmp_path / "b.csv")
    local.put("c.csv")
    given = local.source(recursive=True).collect(CollectRequest())
    assert next(iter(given)).name.endswith("c.csv")
    with pytest.raises(SourceError, match="3 left out") as caught:
        next(iter(given))
    said = str(caught.value)
    assert "a.csv: a link, which is not followed" in said
    assert "b.csv: not a file" in said
    assert "deeper: a link" in said


def test_names_that_could_lead_elsewhere_are_left(local: Local, tmp_path: Path) -> None:
    (tmp_path / "a\nb.csv").write_bytes(ROWS)
    (tmp_path / "a\\b.txt").write_bytes(ROWS)
    (tmp_path / "in\x1bside").mkdir()
    with pytest.raises(SourceError, match="3 left out") as caught:
        collected(local.source(recursive=True))
    assert "\x1b" not in str(caught.value)
    assert "a�b.csv: a name that could lead elsewhere. Rename it." in str(caught.value)


def test_a_file_that_grows_between_two_looks_is_taken_next_time(
    local: Local, tmp_path: Path
) -> None:
    local.put("b.csv", ROWS[:10])
    local.put("whole.csv")
    source = local.source(stable_seconds=1)

    def write_on() -> None:
        time.sleep(0.4)
        local.put("b.csv", ROWS)

    writer = threading.Thread(target=write_on)
    writer.start()
    found = collected(source)
    writer.join()
    assert names(found) == ["whole.csv"]
    assert names(collected(source, source.next_cursor())) == ["b.csv"]


def test_a_file_that_changes_while_it_is_read_is_taken_next_time(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.put("b.csv")
    source = local.source()
    reach = type(source).reach

    def slow(drop: Drop) -> object:
        place = reach(drop)
        read = place.read

        def read_slowly(entry: object, most: int) -> bytes:
            content = read(entry, most)  # type: ignore[arg-type]
            local.put("b.csv", ROWS + b"640151353\n", at=1_700_000_009)
            return content

        place.read = read_slowly  # type: ignore[method-assign]
        return place

    with monkeypatch.context() as patched:
        patched.setattr(type(source), "reach", slow)
        assert collected(source) == []
    (file,) = collected(source, source.next_cursor())
    assert file.content == ROWS + b"640151353\n"


def test_a_company_alone_is_found_by_its_number(tmp_path: Path) -> None:
    hand = Local(tmp_path)
    hand.put("a.dsn", b"S10 552100554")
    hand.put("b.dsn", b"S10 640151353")
    source = hand.source(kind="dsn", patterns=("*.dsn",))
    found = list(source.collect(CollectRequest(siren="640151353")))
    assert names(found) == ["b.dsn"]


def test_the_newest_comes_last(tmp_path: Path) -> None:
    hand = Local(tmp_path)
    hand.put("a.csv", at=1_700_000_002)
    hand.put("b.csv", at=1_700_000_001)
    assert names(collected(hand.source())) == ["b.csv", "a.csv"]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"patterns": ()}, "`patterns` needs"),
        ({"stable_seconds": -1}, "0 or more"),
        ({"most_megabytes": 0}, "1 or more"),
        ({"moved_to": "../x"}, "`moved_to` is a plain name"),
        ({"moved_to": ""}, "`moved_to` is the name"),
        ({"marker": "/x"}, "`marker` is a plain name"),
    ],
)
def test_settings_that_cannot_be(
    tmp_path: Path, settings: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Local(tmp_path).source(**settings)


def test_a_drop_that_is_not_there(hand: Hand) -> None:
    with pytest.raises(SourceError, match=r"no such (folder|bucket)\. Create it"):
        hand.elsewhere().check()
    with pytest.raises(SourceError, match=r"no such (folder|bucket)\. Create it"):
        collected(hand.elsewhere())


def test_many_files_of_one_name(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_MOST_OF_A_NAME", 2)
    for _ in range(2):
        local.put("b.csv")
        collected(local.source(**MOVE))
    local.put("b.csv")
    with pytest.raises(SourceError, match="too many files named b"):
        collected(local.source(**MOVE))


def test_a_folder_that_cannot_be_written_to(local: Local, tmp_path: Path) -> None:
    local.put("b.csv")
    (tmp_path / "taken").write_text("a file where a folder should be")
    source = local.source(patterns=("b.csv",), **MOVE)
    with pytest.raises(SourceError, match="cannot be moved into taken"):
        collected(source)
    assert local.all()["b.csv"] == ROWS


def test_what_goes_while_it_is_looked_at(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    gone = Entry(path="a.csv", nature=Nature.FILE, size=1, version="1")
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        place.read(gone, 9)
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        list(place.entries("gone"))
    (tmp_path / "file").write_bytes(b"12")
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        Folder(tmp_path / "file").look("below")
    longer = Entry(path="file", nature=Nature.FILE, size=1, version="1")
    with pytest.raises(SourceUnavailable, match="it grew while it was read"):
        place.read(longer, 1)
    with pytest.raises(SourceError, match="cannot be moved"):
        place.move("gone", "taken", "gone")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("mars.csv", ""),
        ("é — n°1.csv", ""),
        ("..", "elsewhere"),
        ("", "elsewhere"),
        ("a/b", "elsewhere"),
        ("a\u202eb", "elsewhere"),
        ("é" * 128, "longer than 255 bytes"),
        ("a\udcff.csv", "not UTF-8"),
    ],
)
def test_names(name: str, fault: str) -> None:
    assert fault_of(name).endswith(fault)
    assert bool(fault_of(name)) == bool(fault)


def test_a_long_list_of_what_is_left_is_cut(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"{number}.csv").symlink_to(tmp_path)
    with pytest.raises(SourceError, match=r"25 left out\n(.*\n){20}  and 5 more$"):
        collected(Local(tmp_path).source())


@pytest.mark.parametrize(("name", "library"), [("sftp", "paramiko"), ("s3", "boto3")])
def test_a_library_that_is_not_installed(
    name: str,
    library: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand = (
        Bucket(request.getfixturevalue("s3"))
        if name == "s3"
        else Local(tmp_path, request.getfixturevalue("ssh"))
    )
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SourceError, match=rf"pip install 'miroir\[{name}\]'"):
        hand.source().check()
