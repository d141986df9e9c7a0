"""What the blocks of employees hold beside the facts of the month."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Self

import numpy as np

from miroir.declaration.columns.tables import Batch, Kind, Mask, Words
from miroir.declaration.columns.wanted import WANTED
from miroir.diagnostic.exclusive import OTHERS
from miroir.diagnostic.structure import CADRE_STATUSES, NO_CATEGORY
from miroir.recomputation.bulk.bases import CONTRIBUTION
from miroir.recomputation.bulk.blocks import Employees, any_of, packed
from miroir.recomputation.bulk.contracts import (
    ACTIVITY,
    CONTRACT,
    PAY,
    SCHEME,
)
from miroir.recomputation.bulk.facts import EMPLOYEE
from miroir.recomputation.bulk.rows import NUMBER_WORDS, Columns
from miroir.recomputation.facts import UNIFIED
from miroir.recomputation.situation import CEILING_DAYS, GROSS_PAY
from miroir.types.amounts import Cents

ASKED = {
    **WANTED,
    "S21.G00.40.002": Kind.CODE,
    "S21.G00.40.017": Kind.CODE,
    "S21.G00.81.002": Kind.TEXT,
}
NON_CADRE, LEGACY = "04", "105"
_COLLECTOR_WORDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shapes(Columns):
    """One row per employee. `usual`: no error of structure is in the blocks;
    `by_dates`: no block 53 tells the days that count for the ceiling."""

    usual: Mask
    by_dates: Mask

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Right for employees of one contract that are not odd."""
        employees = Employees(batch)
        unusual = np.zeros(len(employees), bool)
        for block, number, codes, wrong in (
            (CONTRACT, "003", tuple(NO_CATEGORY), True),
            (SCHEME, "002", (UNIFIED,), False),
            (CONTRIBUTION, "001", (LEGACY, *OTHERS), True),
        ):
            found = any_of(employees.codes(block, number), *codes) == wrong
            unusual[employees.owner(block)[found]] = True
        unusual |= employees.count(SCHEME) == 0
        other = employees.codes(CONTRACT, "003") == packed(NON_CADRE)
        other &= any_of(employees.codes(CONTRACT, "002"), *CADRE_STATUSES)
        unusual[employees.owner(CONTRACT)[other]] = True
        unusual[employees.owner(PAY)[_of_another_contract(employees)]] = True
        return cls(~unusual & ~_zero_days(employees), _by_dates(employees))


def _of_another_contract(employees: Employees) -> Mask:
    number = np.zeros((len(employees), NUMBER_WORDS), np.uint64)
    number[employees.owner(CONTRACT)] = employees.texts(CONTRACT, "009", NUMBER_WORDS)
    named = employees.texts(PAY, "010", NUMBER_WORDS)
    other: Mask = (named != number[employees.owner(PAY)]).any(axis=1)
    return other


def _counted(employees: Employees) -> Mask:
    found: Mask = employees.codes(ACTIVITY, "003") == packed(CEILING_DAYS)
    return found


def _zero_days(employees: Employees) -> Mask:
    zero = _counted(employees) & (employees.ints(ACTIVITY, "002") == 0)
    return employees.marked(employees.owner(ACTIVITY)[zero])


def _by_dates(employees: Employees) -> Mask:
    gross = employees.codes(PAY, "011") == packed(GROSS_PAY)
    said = _counted(employees) & gross[employees.parent(ACTIVITY)]
    return ~employees.marked(employees.owner(ACTIVITY)[said])


Sums = dict[int, dict[bytes, Cents]]
Agreements = dict[int, Counter[bytes]]
Collectors = dict[int, set[bytes]]


def add_contributions(batch: Batch, kept: Mask, sums: Sums) -> None:
    """Add block 81 of the kept employees, by declaration and code."""
    employees, own = _own(batch, kept)
    declaration = employees.table(EMPLOYEE).parent[employees.owner(CONTRIBUTION)[own]]
    code = employees.codes(CONTRIBUTION, "001")[own]
    amount = employees.ints(CONTRIBUTION, "004")[own]
    for number in np.unique(declaration).tolist():
        here = declaration == number
        codes, which = np.unique(code[here], return_inverse=True)
        totals = np.zeros(len(codes), np.int64)
        np.add.at(totals, which, amount[here])
        known = sums.setdefault(number, defaultdict(int))
        for each, total in zip(
            texts_of(codes[:, np.newaxis]), totals.tolist(), strict=True
        ):
            known[each] += total


def add_agreements(batch: Batch, kept: Mask, found: Agreements) -> None:
    """Count the IDCC of the contracts of the kept employees, by declaration."""
    employees = Employees(batch)
    owner = employees.owner(CONTRACT)
    own = kept[owner]
    declaration = employees.table(EMPLOYEE).parent[owner[own]]
    code = employees.codes(CONTRACT, "017")[own]
    for number in np.unique(declaration).tolist():
        codes, counts = np.unique(code[declaration == number], return_counts=True)
        texts = texts_of(codes[:, np.newaxis])
        known = found.setdefault(number, Counter())
        known.update(dict(zip(texts, counts.tolist(), strict=True)))


def add_collectors(batch: Batch, kept: Mask, found: Collectors) -> None:
    """Add the institutions that contributions of the kept employees name."""
    employees, own = _own(batch, kept)
    own &= employees.present(CONTRIBUTION, "002")
    declaration = employees.table(EMPLOYEE).parent[employees.owner(CONTRIBUTION)[own]]
    words = employees.texts(CONTRIBUTION, "002", _COLLECTOR_WORDS)[own]
    if not len(words):
        return
    changes = (words[1:] != words[:-1]).any(axis=1)
    changes |= declaration[1:] != declaration[:-1]
    first = np.flatnonzero(np.append(True, changes))
    for number, text in zip(
        declaration[first].tolist(), texts_of(words[first]), strict=True
    ):
        found.setdefault(number, set()).add(text)


def _own(batch: Batch, kept: Mask) -> tuple[Employees, Mask]:
    employees = Employees(batch)
    own: Mask = kept[employees.owner(CONTRIBUTION)]
    return employees, own


def texts_of(words: Words) -> list[bytes]:
    """The text of each row, zeros after it taken off."""
    wide = np.ascontiguousarray(words)
    found: list[bytes] = wide.view(f"S{8 * wide.shape[1]}").ravel().tolist()
    return found
