"""The compiled loop says what the numpy of the facts says, row for row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from miroir.declaration.columns.scan import Opened, Scan
from miroir.declaration.columns.tables import Batch, Piece
from miroir.declaration.columns.wanted import WANTED
from miroir.operations.bulk.spill import ROW, records_of
from miroir.recomputation.bulk import compiled
from miroir.recomputation.bulk.facts import facts_of
from miroir.testing.payroll import CAUSES, Delivery, make_company

from tests.declaration.columns.conftest import need_kernel
from tests.declaration.columns.test_scan import _VALUES, mutated
from tests.sweeps import first_measured, judged_only

BLOCKS = {code[:10].encode() for code in WANTED}
WHERE = ("declaration", "line", "offset", "length")
Named = Iterable[tuple[str, bytes]]


class Both:
    """Reads each arena by the loop, then as a batch."""

    def __init__(self, files: Named, folder: Path, arena_bytes: int) -> None:
        need_kernel()
        loop = compiled.facts_loop()
        assert loop is not None, "facts_kernel.c was not compiled: install Miroir"
        self.loop = loop
        self.told = self.untold = 0
        self.sure = 0
        pieces = []
        for rank, (name, content) in enumerate(files):
            path = folder / f"{rank}.dsn"
            path.write_bytes(content)
            pieces.append(Piece(name=name, path=path, offset=0, length=len(content)))
        self.scan = Scan(pieces, arena_bytes=arena_bytes)
        self.given: tuple[np.ndarray, np.ndarray] | None = None
        for batch in self.scan.told(self._tell):
            assert isinstance(batch, Batch)
            self._compare(batch)

    def _tell(self, opened: Opened) -> None:
        rows = np.zeros(len(opened.declaration), ROW)
        told = self.loop.tell(opened, rows)
        self.given = None if told is None else (rows, told.odd)

    def _compare(self, batch: Batch) -> None:
        if self.given is None:
            self.untold += 1
            return
        self.told += 1
        (rows, odd), expected = self.given, records_of(facts_of(batch))
        assert odd.tolist() == batch.odd.tolist()
        assert rows["sure"].tolist() == expected["sure"].tolist()
        self.sure += int(rows["sure"].sum())
        for name in WHERE:
            assert rows[name].tolist() == expected[name].tolist()
        assert rows["person"][~odd].tolist() == expected["person"][~odd].tolist()
        sure = expected["sure"]
        for name in ROW.names or ():
            assert rows[name][sure].tolist() == expected[name][sure].tolist(), name


@pytest.mark.parametrize("arena_bytes", [4_000, 1 << 21])
@pytest.mark.parametrize("seed", first_measured(range(8)))
def test_payrolls_of_every_habit(seed: int, arena_bytes: int, tmp_path: Path) -> None:
    company = make_company(seed, 2019 + seed, 3, 25, establishments=1 + seed % 2)
    both = Both(company.files, tmp_path, arena_bytes)
    assert both.told
    assert both.sure


@judged_only
@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause(cause: str, tmp_path: Path) -> None:
    try:
        company = make_company(4, 2026, 3, 10, cause=cause)
    except ValueError as error:
        pytest.skip(str(error))
    assert Both(company.files, tmp_path, 1 << 21).told


def test_files_that_are_not_usual_deliveries(tmp_path: Path) -> None:
    company = make_company(2, 2026, 3, 8, delivery=Delivery(substituted=frozenset({2})))
    assert Both(company.files, tmp_path, 1 << 14).told


def _shuffled(
    content: bytes, random: Random, values: dict[bytes, list[bytes]]
) -> bytes:
    """The same lines with some values of employees taken from others, or odd."""
    lines = content.split(b"\n")
    for _ in range(random.randint(1, 12)):
        at = random.randrange(len(lines))
        code, _, _ = lines[at].partition(b",")
        if code[:10] in BLOCKS:
            own = _VALUES if random.random() < 0.1 else values[code]
            lines[at] = code + b",'" + random.choice(own) + b"'"
    if random.random() < 0.3:
        at = random.randrange(1, len(lines) - 2)
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return b"\n".join(lines)


def test_values_of_others(tmp_path: Path) -> None:
    files: list[bytes] = []
    for seed, cause in enumerate((None, *sorted(CAUSES))):
        try:
            company = make_company(seed, 2026, 1, 4, cause=cause)
        except ValueError:
            continue
        files.extend(content for _, content in company.files)
    values: dict[bytes, list[bytes]] = {}
    for line in b"\n".join(files).split(b"\n"):
        code, _, value = line.strip().partition(b",'")
        values.setdefault(code, []).append(value[:-1])
    told = sure = 0
    for seed in range(600):
        content = _shuffled(files[seed % len(files)], Random(seed), values)
        both = Both([("any.dsn", content)], tmp_path, 1 << 21)
        told, sure = told + both.told, sure + both.sure
    assert told > 300
    assert sure > 600


def test_damaged_files(tmp_path: Path) -> None:
    small = make_company(8, 2026, 1, 4).files[0][1]
    untold = 0
    for seed in range(100):
        damaged = mutated(small, Random(seed))
        untold += Both([("damaged.dsn", damaged)], tmp_path, 1 << 14).untold
    assert untold > 20


def test_another_version_of_the_rows_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need_kernel()
    other = np.dtype([*ROW.descr, ("more", "<i8")])
    monkeypatch.setattr(compiled, "RECORD", other)
    with pytest.raises(OSError, match="install again"):
        compiled.FactsLoop.load(compiled.LIBRARY)


def test_without_the_library_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need_kernel()
    monkeypatch.setattr(compiled, "LIBRARY", tmp_path / "facts_kernel.so")
    compiled._loaded.cache_clear()
    assert compiled.facts_loop() is None
    compiled._loaded.cache_clear()
