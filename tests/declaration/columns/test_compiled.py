"""The compiled loops say what the numpy of the scanner says, on any bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from miroir.declaration.columns import compiled
from miroir.declaration.columns.arena import Arena, Arenas
from miroir.declaration.columns.codes import codes
from miroir.declaration.columns.instances import Asked, Found, Instances, asked
from miroir.declaration.columns.lines import Lines, lines_of
from miroir.declaration.columns.tables import Kind, Piece

from tests.declaration.columns.conftest import need_kernel

CODES = [
    "S10.G00.00.001",
    "S20.G00.05.001",
    "S21.G00.30.001",
    "S21.G00.30.002",
    "S21.G00.40.001",
    "S21.G00.51.011",
    "S21.G00.78.001",
    "S21.G00.78.004",
    "S21.G00.81.001",
    "S21.G00.81.004",
    "S90.G00.90.001",
    "S21.G00.99.999",
    "S21 G00.30.001",
]
PLAIN = CODES[:-2]
TEXTS = st.one_of(
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{0,6})?", fullmatch=True),
    st.from_regex(r"[0-3][0-9][01][0-9](18|19|20|21|22)[0-9]{2}", fullmatch=True),
    st.text(alphabet="-.0123456789'/:;aAé,\t", min_size=0, max_size=30),
    st.sampled_from(["29022024", "29022023", "31042024", "00012024", "0.01", "-0.00"]),
)
LINES = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from([",'", ",'", ",'", ",'", ", ", "'"]),
    TEXTS,
    st.sampled_from(["'", "'", "'", "'", "", "\r", "\x7f'", "\x01'"]),
    st.sampled_from(["\n", "\n", "\r\n", "\r\n", "\r\r\n"]),
)


@pytest.fixture(autouse=True)
def way() -> Iterator[None]:
    """Both ways are read here: once is enough."""
    need_kernel()
    yield
    compiled.kernel.cache_clear()


def _arena(content: bytes, folder: Path) -> Arena:
    path = folder / "any.dsn"
    path.write_bytes(content)
    piece = Piece(name="any", path=path, offset=0, length=len(content))
    (arena,) = Arenas([piece], 1 << 16, lambda rank, reason: None)
    return arena


def _read(arena: Arena, kinds: Asked) -> tuple[Lines, Instances, Mapping[str, Found]]:
    compiled.kernel.cache_clear()
    lines = lines_of(arena, codes(), 0)
    instances = Instances(arena, lines, codes())
    return lines, instances, instances.found(kinds)


def _same(one: Found, other: Found) -> None:
    assert one.at.tolist() == other.at.tolist()
    assert one.present.tolist() == other.present.tolist()
    assert one.everywhere == other.everywhere
    assert sorted(one.doubtful.tolist()) == sorted(other.doubtful.tolist())
    sure = ~np.isin(one.at, one.doubtful)
    assert one.values.dtype == other.values.dtype
    assert one.values[sure].tolist() == other.values[sure].tolist()


@pytest.mark.parametrize("kind", Kind)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(parts=st.lists(LINES, min_size=1, max_size=40))
def test_both_say_the_same(
    kind: Kind, parts: list[tuple[str, ...]], tmp_path: Path
) -> None:
    content = "".join("".join(part) for part in parts).encode("latin-1")
    arena = _arena(content, tmp_path)
    kinds = asked(dict.fromkeys(PLAIN, kind))
    lines, instances, found = _read(arena, kinds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(compiled.SWITCH, "1")
        others, groups, again = _read(arena, kinds)
    for name in ("start", "length", "code", "odd"):
        assert getattr(lines, name).tolist() == getattr(others, name).tolist()
    assert lines.broken == others.broken
    assert instances.line.tolist() == groups.line.tolist()
    assert instances.block.tolist() == groups.block.tolist()
    for block, above in (("S21.G00.78", "S21.G00.50"), ("S21.G00.81", "S21.G00.78")):
        mine, theirs = (each.parents(block, above) for each in (instances, groups))
        assert mine.tolist() == theirs.tolist()
    for code in PLAIN:
        _same(found[code], again[code])


def test_lines_shorter_than_any_do_not_overflow(tmp_path: Path) -> None:
    arena = _arena(b"\n" * 5_000, tmp_path)
    assert len(lines_of(arena, codes(), 0).start) == 5_000


def test_switched_off_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    need_kernel()
    monkeypatch.setenv(compiled.SWITCH, "1")
    compiled.kernel.cache_clear()
    assert compiled.kernel() is None


def test_without_the_library_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(compiled.SWITCH, raising=False)
    monkeypatch.setattr(compiled, "LIBRARY", tmp_path / "kernel.so")
    compiled.kernel.cache_clear()
    assert compiled.kernel() is None


def test_the_library_of_another_version_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(compiled.SWITCH, raising=False)
    monkeypatch.setattr(compiled, "VERSION", -1)
    compiled.kernel.cache_clear()
    assert compiled.kernel() is None
