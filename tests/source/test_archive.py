from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.errors import NothingFound, StoreError
from miroir.source.archive import Archive
from miroir.types.source import ReceivedFile

FILE = ReceivedFile.of("depot/a.edi", b"S10.G00.00.001,'x'\r\n\xe9")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "received")


def place(archive: Archive, sha256: str = FILE.sha256) -> Path:
    return archive.folder / sha256[:2] / sha256[2:4] / sha256


def test_bytes_come_back_as_they_came(archive: Archive) -> None:
    assert FILE.sha256 not in archive
    assert archive.put(FILE)
    assert not archive.put(replace(FILE, name="again.edi"))
    assert FILE.sha256 in archive
    assert archive.get(FILE.sha256, "depot/a.edi") == FILE
    assert archive.get(FILE.sha256).name == FILE.sha256
    found = [path for path in archive.folder.rglob("*") if path.is_file()]
    assert found == [place(archive)]


@given(content=st.binary(max_size=2000))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    archive = Archive(tmp_path_factory.mktemp("any"))
    file = ReceivedFile.of("x", content)
    archive.put(file)
    assert archive.get(file.sha256, "x") == file


def test_only_the_owner_may_read(archive: Archive) -> None:
    archive.put(FILE)
    path = place(archive)
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:3]]
    assert modes == [0o700] * 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_altered_bytes_are_found_on_reading(archive: Archive) -> None:
    archive.put(FILE)
    path = place(archive)
    path.chmod(0o600)
    path.write_bytes(FILE.content + b" ")
    with pytest.raises(StoreError, match=f"{path}.*altered.*restore"):
        archive.get(FILE.sha256)


def test_bytes_that_are_not_those_announced_are_refused(archive: Archive) -> None:
    with pytest.raises(StoreError, match="collect the file again"):
        archive.put(replace(FILE, content=b"other"))
    assert FILE.sha256 not in archive


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_what_is_no_sha256_leads_nowhere(archive: Archive, sha256: str) -> None:
    with pytest.raises(NothingFound):
        archive.get(sha256)


def test_an_absent_file_says_what_to_do(archive: Archive) -> None:
    with pytest.raises(NothingFound, match="not in the archive; restore"):
        archive.get(FILE.sha256)


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    archive = Archive(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be kept"):
        archive.put(FILE)
    with pytest.raises(StoreError, match="cannot be read"):
        archive.get(FILE.sha256)


def test_a_writer_killed_at_any_moment_leaves_whole_files(archive: Archive) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from miroir.source.archive import Archive;"
        "from miroir.types.source import ReceivedFile;"
        "archive = Archive(Path(sys.argv[1])); sys.stdout.write('.');"
        "sys.stdout.flush();"
        "[archive.put(ReceivedFile.of('x', bytes([n % 256, n // 256]) * 400_000))"
        " for n in range(60_000)]"
    )
    for delay in ("0.02", "0.05", "0.11"):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(archive.folder)],
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.read(1)
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(float(delay))
            writer.kill()
    names = [path.name for path in archive.folder.rglob("*") if path.is_file()]
    kept = [name for name in names if not name.startswith(".")]
    assert kept
    for name in kept:
        archive.get(name)
