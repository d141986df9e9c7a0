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
from miroir.recomputation.bulk.bases import (
    BASE,
    COMPONENT,
    CONTRIBUTION,
    covered,
)
from miroir.recomputation.bulk.blocks import Employees, any_of, packed, total
from miroir.recomputation.bulk.contracts import (
    ACTIVITY,
    CONTRACT,
    PAY,
    SCHEME,
)
from miroir.recomputation.bulk.facts import EMPLOYEE
from miroir.recomputation.bulk.promotions import CHANGE
from miroir.recomputation.bulk.rows import NUMBER_WORDS, Columns, Ints
from miroir.recomputation.facts import CAPPED, SMIC, UNCAPPED, UNIFIED
from miroir.recomputation.situation import CEILING_DAYS, GROSS_PAY
from miroir.types.amounts import Cents

ASKED = {
    **WANTED,
    "S21.G00.40.002": Kind.CODE,
    "S21.G00.40.004": Kind.CODE,
    "S21.G00.40.017": Kind.CODE,
    "S21.G00.50.001": Kind.CODE,
    "S21.G00.81.002": Kind.TEXT,
}
NON_CADRE, LEGACY = "04", "105"
_COLLECTOR_WORDS = 3
WAGES = "S21.G00.50"
ABSENT = np.uint64((1 << 64) - 1)
"""In the place of a text that is not there; none reads so."""
_CODES = {
    "status": "003",
    "job": "004",
    "nature": "007",
    "scheme": "008",
    "idcc": "017",
}
"""What is kept of each contract, beside the facts of the month."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes(Columns):
    """One row per employee. `usual`: no error of structure is in the blocks and
    the contract did not change; `by_dates`: no block 53 tells the days that count
    for the ceiling; codes of the contract (40.003, 004, 007, 008, 017) as text in
    one word, or ABSENT; `first`, `last`: the days that bases 02 and 03 cover; `base_109`: 81.003 of
    apprentices, in cents; `reduced`, `smic_held`: as `MirrorLine` has them."""

    usual: Mask
    by_dates: Mask
    status: Words
    job: Words
    nature: Words
    scheme: Words
    idcc: Words
    first: Ints
    last: Ints
    base_109: Ints
    reduced: Mask
    smic_held: Mask

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
        unusual[employees.owner(CHANGE)] = True
        unusual[employees.owner(PAY)[_of_another_contract(employees)]] = True
        unusual |= _without_uncapped(employees) | _zero_days(employees)
        contract = {name: _text(employees, code) for name, code in _CODES.items()}
        first, last = covered(employees)
        return cls(
            usual=~unusual,
            by_dates=_by_dates(employees),
            first=first,
            last=last,
            base_109=_base_109(employees),
            reduced=_holding(employees, CONTRIBUTION, "106"),
            smic_held=_holding(employees, COMPONENT, SMIC),
            **contract,
        )


def _base_109(employees: Employees) -> Ints:
    own = employees.codes(CONTRIBUTION, "001") == packed("109")
    bases = employees.ints(CONTRIBUTION, "003")[own]
    return total(employees.owner(CONTRIBUTION)[own], bases, len(employees))


def _holding(employees: Employees, block: str, code: str) -> Mask:
    found = employees.codes(block, "001") == packed(code)
    return employees.marked(employees.owner(block)[found])


def _text(employees: Employees, number: str) -> Words:
    """A code of the contract of each employee."""
    found = np.full(len(employees), ABSENT)
    words = employees.codes(CONTRACT, number)
    present = employees.present(CONTRACT, number)
    found[employees.owner(CONTRACT)] = np.where(present, words, ABSENT)
    return found


def _without_uncapped(employees: Employees) -> Mask:
    """No base 03, or none with an amount where a base 02 has one."""
    code, filled = employees.codes(BASE, "001"), employees.ints(BASE, "004") != 0
    owner, uncapped = employees.owner(BASE), code == packed(UNCAPPED)
    capped = employees.marked(owner[filled & (code == packed(CAPPED))])
    paid = employees.marked(owner[filled & uncapped])
    return ~employees.marked(owner[uncapped]) | (capped & ~paid)


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
Counts = dict[int, Counter[bytes]]
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
        for each, summed in zip(
            texts_of(codes[:, np.newaxis]), totals.tolist(), strict=True
        ):
            known[each] += summed


def add_agreements(batch: Batch, kept: Mask, found: Counts) -> None:
    """Count the IDCC of the contracts of the kept employees, by declaration."""
    employees = Employees(batch)
    own = kept[employees.owner(CONTRACT)]
    _count(employees, CONTRACT, "017", own, found)


def add_pay_days(batch: Batch, kept: Mask, found: Counts) -> None:
    """Count the days on which the kept employees are paid, by declaration."""
    employees = Employees(batch)
    own = kept[employees.owner(WAGES)] & employees.present(WAGES, "001")
    _count(employees, WAGES, "001", own, found)


def _count(
    employees: Employees, block: str, number: str, own: Mask, found: Counts
) -> None:
    declaration = employees.table(EMPLOYEE).parent[employees.owner(block)[own]]
    code = employees.codes(block, number)[own]
    for each in np.unique(declaration).tolist():
        codes, counts = np.unique(code[declaration == each], return_counts=True)
        texts = texts_of(codes[:, np.newaxis])
        known = found.setdefault(each, Counter())
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
