from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from miroir import CollectRequest, SourceError, SourceUnavailable
from miroir_connectors.dsn_folder.source import DsnFolder

NOBODY = 65534


def _names(source: DsnFolder, siren: str | None = None) -> list[str]:
    return [
        Path(file.name).name for file in source.collect(CollectRequest(siren=siren))
    ]


def _until_the_error(source: DsnFolder) -> tuple[list[str], SourceError]:
    names: list[str] = []
    with pytest.raises(SourceError) as caught:
        for file in source.collect(CollectRequest()):
            names.append(Path(file.name).name)
    return names, caught.value


def test_gives_the_files_below_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for name in ("b/2.edi", "a/9.txt", "b/10.DSN", "a.dsn", "notes.doc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    os.utime(tmp_path / "a.dsn", (1_000, 1_000))
    files = list(DsnFolder(folder=tmp_path).collect(CollectRequest()))
    assert [(file.name, file.content) for file in files] == [
        (str(tmp_path / name), name.encode())
        for name in ("a/9.txt", "a.dsn", "b/10.DSN", "b/2.edi")
    ]
    assert files[1].modified_at == datetime.fromtimestamp(1_000, UTC)


def test_gives_the_files_of_one_company(tmp_path: Path) -> None:
    (tmp_path / "a.dsn").write_bytes(b"S21.G00.06.001,'552100554'\n")
    (tmp_path / "b.dsn").write_bytes(b"S21.G00.06.001,'640151353'\n")
    assert _names(DsnFolder(folder=tmp_path), "640151353") == ["b.dsn"]


def test_other_patterns(tmp_path: Path) -> None:
    for name in ("a.dsn", "Z1.DAT"):
        (tmp_path / name).touch()
    assert _names(DsnFolder(folder=tmp_path, patterns=("z*.dat",))) == ["Z1.DAT"]


def test_links_and_pipes_are_named_after_the_files(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.dsn").write_bytes(b"x")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "z.dsn").write_bytes(b"x")
    (drop / "link.dsn").symlink_to(outside / "secret.dsn")
    (drop / "folder").symlink_to(outside)
    os.mkfifo(drop / "pipe.dsn")
    names, error = _until_the_error(DsnFolder(folder=drop))
    assert names == ["z.dsn"]
    assert not isinstance(error, SourceUnavailable), "trying again will not help"
    assert str(error).splitlines() == [
        f"{drop}: 3 left out",
        (
            f"  {drop}/folder: a link, which is not followed. "
            "Put a real file, or take it away."
        ),
        (
            f"  {drop}/link.dsn: a link, which is not followed. "
            "Put a real file, or take it away."
        ),
        f"  {drop}/pipe.dsn: not a file. Put a real file, or take it away.",
    ]


def test_a_file_still_changing_is_left_for_next_time(tmp_path: Path) -> None:
    for name, age in (("old.dsn", 120), ("new.dsn", 5), ("ahead.dsn", -3600)):
        (tmp_path / name).write_bytes(b"x")
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    names, error = _until_the_error(DsnFolder(folder=tmp_path, stable_seconds=60))
    assert names == ["old.dsn"]
    assert isinstance(error, SourceUnavailable)
    assert f"{tmp_path}/new.dsn: changed less than 60 s ago. It is taken next" in str(
        error
    )
    assert f"{tmp_path}/ahead.dsn" in str(error)
    assert len(_names(DsnFolder(folder=tmp_path))) == 3, "0 by default"


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Rights do not stop root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def drop() -> Iterator[Path]:
    """A folder that another user may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in folder.iterdir():
        path.chmod(0o700)
    shutil.rmtree(folder)


def test_what_may_not_be_read_is_named_after_the_files(drop: Path) -> None:
    (drop / "z.dsn").write_bytes(b"x")
    (drop / "a.dsn").write_bytes(b"x")
    (drop / "a.dsn").chmod(0)
    (drop / "closed").mkdir(mode=0)
    with _ordinary_user():
        names, error = _until_the_error(DsnFolder(folder=drop))
    assert names == ["z.dsn"]
    assert isinstance(error, SourceUnavailable), "a right may be given"
    for name in ("a.dsn", "closed"):
        assert f"{drop}/{name}: cannot be read (Permission denied)" in str(error)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    source = DsnFolder(folder=tmp_path / "nowhere")
    for ask in (source.check, lambda: _names(source)):
        with pytest.raises(SourceError, match=r"nowhere: no such folder of DSN files"):
            ask()
    DsnFolder(folder=tmp_path).check()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"patterns": ()}, "at least one pattern"),
        ({"patterns": ("",)}, "at least one pattern"),
        ({"stable_seconds": -1}, "cannot be negative"),
    ],
)
def test_settings_that_are_refused(
    tmp_path: Path, settings: dict[str, int], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        DsnFolder(folder=tmp_path, **settings)  # type: ignore[arg-type]
