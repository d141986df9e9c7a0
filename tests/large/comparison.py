"""Both ways of reading the same files, and all that a user may be given."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import miroir.pipeline
import pytest
from miroir.cli.output import FORMATS, write
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import Analysis
from miroir.types.identity import PersonNumber
from miroir.types.source import ReceivedFile

Files = Iterable[tuple[str, bytes]]
DIAGNOSTICS = PluginManager.load().diagnostics()
NEVER = 1 << 60


@contextmanager
def large_from(size: int) -> Iterator[None]:
    """Read by columns the files of so many bytes and more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(miroir.pipeline, "LARGE", size)
        yield


def analysed(
    files: Files, conditions: Sequence[AdhesionCondition] | None = None
) -> Analysis:
    knowledge = Knowledge(diagnostics=DIAGNOSTICS, conditions=conditions)
    return analyse([ReceivedFile.of(*file) for file in files], knowledge)


def outputs(
    analysis: Analysis, folder: Path, formats: Sequence[str]
) -> dict[str, bytes]:
    """What `miroir analyse` writes of it."""
    found = {}
    for format in formats:
        for explain in (False, True) if format in ("table", "json") else (False,):
            out = folder / "out"
            write(analysis, format, PersonNumber.reveal, out, explain=explain)
            name = f"{format}, explained" if explain else format
            found[name] = out.read_bytes()
    if "xlsx" in found:
        found["xlsx"] = _undated(found["xlsx"])
    return found


def _undated(book: bytes) -> bytes:
    """A workbook without the moment it was written at."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = sorted(set(parts.namelist()) - {"docProps/core.xml"})
        return b"\0".join(name.encode() + parts.read(name) for name in names)


def same_both_ways(
    files: Files,
    folder: Path,
    conditions: Sequence[AdhesionCondition] | None = None,
    size: int = 0,
    formats: Sequence[str] = FORMATS,
) -> Analysis:
    """The analysis by columns, once its outputs are those of the full reading."""
    files = list(files)
    with large_from(NEVER):
        fully = outputs(analysed(files, conditions), folder, formats)
    with large_from(size):
        analysis = analysed(files, conditions)
    by_columns = outputs(analysis, folder, formats)
    assert {name for name in fully if fully[name] != by_columns[name]} == set()
    return analysis


def by_columns(analysis: Analysis) -> int:
    """How many lines the columns alone told."""
    return sum(line.plain for each in analysis.companies for line in each.view.mirror)
