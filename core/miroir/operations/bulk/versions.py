"""Which declarations of a scan are the valid ones, as `validity` judges them.

Most establishments send one declaration a month, which is then the valid one;
the others are judged by `judge_versions`, their content read only where two
of them bear the same order number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.grammar import decode, rubriques
from miroir.declaration.validity import judge_versions
from miroir.operations.bulk.excerpts import Excerpts
from miroir.operations.bulk.scanning import Scanned
from miroir.recomputation.bulk.calendar import day_of, month_of
from miroir.types.declaration import (
    Block,
    Declaration,
    DeclarationKind,
    VersionStatus,
)

Mask = NDArray[np.bool_]
_CANCELS = int(DeclarationKind.CANCELS.value)
_HEAD_BLOCKS = ("S10.", "S90.", "S05.", "S06.", "S95.", "S96.")


def current(found: Scanned, excerpts: Excerpts) -> Mask:
    """Which declarations, by number, are valid among those read."""
    rows = found.declarations
    keys = np.stack([rows["siret"], rows["period"], rows["nature"]], axis=1)
    _, owner, counts = np.unique(
        keys[rows["read"]], axis=0, return_inverse=True, return_counts=True
    )
    numbers = np.nonzero(rows["read"])[0]
    alone = counts[owner.reshape(-1)] == 1
    kept = np.zeros(len(rows), bool)
    kept[numbers[alone]] = rows["kind"][numbers[alone]] != _CANCELS
    light = [_light(found, int(number), excerpts) for number in numbers[~alone]]
    by_block = {
        id(each.block): int(number)
        for each, number in zip(light, numbers[~alone], strict=True)
    }
    for version in judge_versions(light):
        if version.status is VersionStatus.CURRENT:
            kept[by_block[id(version.declaration.block)]] = True
    return kept


class _Content(Block):
    """Stands for the blocks of a declaration: read when they are compared."""

    __slots__ = ("_digest", "_excerpts", "_found", "_number")

    def __init__(self, found: Scanned, number: int, excerpts: Excerpts) -> None:
        super().__init__("S20.G00.05", int(found.declarations[number]["line"]), None)
        self._found, self._number, self._excerpts = found, number, excerpts
        self._digest = ""

    def walk(self) -> Iterator[Block]:
        if not self._digest:
            self._digest = self._read()
        block = Block(self.id, self.line, None)
        block.rubriques.append(("001", self._digest, self.line))
        yield block

    def _read(self) -> str:
        """A digest of its rubriques in order, those of the platform left out."""
        row = self._found.declarations[self._number]
        record = self._found.records[row["piece"]]
        content = self._excerpts.content(record)[int(row["offset"]) :]
        digest = hashlib.sha256()
        begun = False
        for line in rubriques(decode(content)):
            if line.block.startswith(_HEAD_BLOCKS):
                break
            if line.block == self.id and line.number == "001":
                if begun:
                    break
                begun = True
            if line.block and not line.number.startswith("9"):
                digest.update(f"{line.code},{line.value}\n".encode())
        return digest.hexdigest()


def _light(found: Scanned, number: int, excerpts: Excerpts) -> Declaration:
    row = found.declarations[number]
    record = found.records[row["piece"]]
    filed = int(row["filed_on"])
    return Declaration(
        siren=f"{row['siren']:09d}",
        siret=f"{row['siret']:014d}",
        period=month_of(int(row["period"])),
        fraction=str(row["fraction"]),
        order=int(row["order"]),
        nature=f"{row['nature']:02d}",
        kind=DeclarationKind(f"{row['kind']:02d}"),
        norm="",
        test=False,
        file=excerpts.stored(record).name,
        sha256="",
        filed_on=None if filed < 0 else day_of(filed),
        idcc=None,
        payments=(),
        employees=(),
        block=_Content(found, number, excerpts),
    )
