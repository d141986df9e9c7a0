"""Pieces that stand together in a file are read together, and come out the same."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from miroir.declaration.columns.arena import Arenas
from miroir.declaration.columns.tables import Piece

Given = list[tuple[int, bytes, bool]]


def packed(pieces: list[Piece], size: int = 4_000) -> tuple[Given, list[int]]:
    """Rank, bytes and padding of each part; the ranks that were given up."""
    lost: list[int] = []
    found: Given = []
    for arena in Arenas(pieces, size, lambda rank, _: lost.append(rank)):
        for part in arena.parts:
            content = bytes(arena.buffer[part.start : part.stop])
            found.append((part.rank, content, part.padded))
    return found, lost


def segment(path: Path, bodies: list[bytes], holes: list[int]) -> list[Piece]:
    """A file of bodies, each after a hole; and the pieces that they are."""
    pieces, content = [], b""
    for rank, (body, hole) in enumerate(zip(bodies, holes, strict=True)):
        content += b"\0" * hole
        own = Piece(name=str(rank), path=path, offset=len(content), length=len(body))
        pieces.append(own)
        content += body
    path.write_bytes(content)
    return pieces


@pytest.mark.parametrize("seed", range(20))
def test_together_or_one_by_one(seed: int, tmp_path: Path) -> None:
    """Holes of any size, bodies without a last line end, empty, or out of order."""
    random = Random(seed)
    bodies = [
        b"x" * random.choice([0, 1, 30, 700, 3_000])
        + random.choice([b"\n", b"\n", b""])
        for _ in range(60)
    ]
    holes = [random.choice([0, 9, 200, 5_000]) for _ in bodies]
    pieces = segment(tmp_path / "1", bodies, holes)
    if seed % 3 == 0:
        random.shuffle(pieces)
    together = packed(pieces)
    apart = packed([replace(each, path=_copy(each, tmp_path)) for each in pieces])
    assert together == apart


def _copy(piece: Piece, folder: Path) -> Path:
    """The same bytes at the same place, in a file of its own."""
    path = folder / f"copy-{piece.name}"
    path.write_bytes(Path(piece.path).read_bytes())
    return path


def test_one_reading_for_many_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = segment(tmp_path / "1", [b"a\n" * 20] * 80, [9] * 80)
    read, calls = os.preadv, []

    def counted(descriptor: int, buffers: list[memoryview], offset: int) -> int:
        calls.append(len(buffers))
        return read(descriptor, buffers, offset)

    monkeypatch.setattr(os, "preadv", counted)
    found, _ = packed(pieces, 10_000)
    assert len(found) == 80
    assert calls == [160]


def test_a_file_that_was_cut_gives_up_what_it_lacks(tmp_path: Path) -> None:
    bodies = [b"a\n" * 50, b"b\n" * 50, b"c\n" * 50]
    pieces = segment(tmp_path / "1", bodies, [10, 10, 10])
    content = (tmp_path / "1").read_bytes()
    (tmp_path / "1").write_bytes(content[:-30])
    found, lost = packed(pieces)
    assert [(rank, content) for rank, content, _ in found] == [
        (0, bodies[0]),
        (1, bodies[1]),
    ]
    assert lost == [2]


def test_more_pieces_than_a_system_takes_at_once(tmp_path: Path) -> None:
    bodies = [b"%d\n" % rank for rank in range(1_500)]
    pieces = segment(tmp_path / "1", bodies, [3] * 1_500)
    found, lost = packed(pieces, 100_000)
    assert [content for _, content, _ in found] == bodies
    assert lost == []
