"""Declarations whose usual employees wait in columns until they are asked for.

Each object equals what the full reader gives for the same lines, and copies
(`dataclasses.replace`) are objects like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from miroir.declaration.employees import read_employee
from miroir.declaration.grammar import Rubrique
from miroir.declaration.tree import build
from miroir.large.shape import Shapes
from miroir.large.source import LargeFile, Span
from miroir.recomputation.bulk.rows import MonthRows
from miroir.types.amounts import Cents
from miroir.types.declaration import (
    Base,
    Block,
    Contract,
    Declaration,
    Employee,
    Remuneration,
)
from miroir.types.identity import PersonNumber

COMPANY, ESTABLISHMENT, EMPLOYEE = "S21.G00.06", "S21.G00.11", "S21.G00.30"


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """The employees of one declaration that were not read in full, in order.

    `head`: the declaration as it was read without them, `extent`: where it
    stands; `sums`, `agreements`, `pay_days`, `collectors`: as the methods of
    `Declaration` (`sums`: its contributions), of these employees alone.
    """

    source: LargeFile
    head: Declaration
    extent: Span
    facts: MonthRows
    shapes: Shapes
    persons: Sequence[PersonNumber]
    sums: Mapping[str, Cents]
    agreements: Mapping[str, int]
    pay_days: Mapping[str, int]
    collectors: frozenset[str]
    _read: dict[int, Employee] = field(default_factory=dict)

    def read(self, ranks: Iterable[int]) -> list[Employee]:
        """Some of them in full, in the order of the file; their remarks are known."""
        wanted = sorted(ranks)
        left = [rank for rank in wanted if rank not in self._read]
        if left:
            lines = [*self._head_lines(), *self.source.rubriques(self._spans(left))]
            root = build(lines, self.source.norm, None)
            blocks = next(next(root.all(COMPANY)).all(ESTABLISHMENT)).all(EMPLOYEE)
            found = [read_employee(block) for block in blocks]
            self._read.update(zip(left, found, strict=True))
        return [self._read[rank] for rank in wanted]

    @property
    def in_full(self) -> int:
        """How many of them were read in full so far."""
        return len(self._read)

    def whole(self) -> Block:
        """The tree of the whole declaration."""
        lines = list(self.source.rubriques([self.extent]))
        return build(lines, self.source.norm, None)

    def identity(self, rank: int) -> tuple[str, str, str]:
        return self.source.identity(int(self.facts.offset[rank]))

    def lines(self) -> list[int]:
        found: list[int] = self.facts.line.tolist()
        return found

    def _spans(self, ranks: Sequence[int]) -> list[Span]:
        facts = self.facts.take(np.array(ranks, np.int64))
        stops = (facts.offset + facts.length).tolist()
        each = zip(facts.offset.tolist(), stops, facts.line.tolist(), strict=True)
        return [Span(*span) for span in each]

    def _head_lines(self) -> Iterator[Rubrique]:
        """Its own rubriques and those of its employer."""
        root = self.head.block
        company = next(root.all(COMPANY))
        for block in (root, company, next(company.all(ESTABLISHMENT))):
            for number, value, line in block.rubriques:
                yield Rubrique(block.id, number, value, line)


class WaitingEmployee(Employee):
    """Read when more than its number or its name is asked for."""

    __slots__ = ("_rank", "_waiting")
    _waiting: Waiting
    _rank: int

    def __new__(cls, **values: Any) -> Employee:  # type: ignore[misc]
        return Employee(**values)

    @classmethod
    def of(cls, waiting: Waiting, rank: int) -> Employee:
        self = object.__new__(cls)
        object.__setattr__(self, "person", waiting.persons[rank])
        object.__setattr__(self, "_waiting", waiting)
        object.__setattr__(self, "_rank", rank)
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return WaitingEmployee.of, (self._waiting, self._rank)

    def _whole(self) -> Employee:
        return self._waiting.read([self._rank])[0]

    @property
    def family_name(self) -> str:
        return self._waiting.identity(self._rank)[0]

    @property
    def first_names(self) -> str:
        return self._waiting.identity(self._rank)[1]

    @property
    def birth_date(self) -> str:
        return self._waiting.identity(self._rank)[2]

    @property
    def ntt(self) -> PersonNumber | None:
        return self._whole().ntt

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return self._whole().contracts

    @property
    def remunerations(self) -> tuple[Remuneration, ...]:
        return self._whole().remunerations

    @property
    def bases(self) -> tuple[Base, ...]:
        return self._whole().bases

    @property
    def block(self) -> Block:
        return self._whole().block


class WaitingBlock(Block):
    """The root of a declaration; what is below it is read when asked for."""

    __slots__ = ("_children", "_waiting")

    def __init__(self, waiting: Waiting) -> None:
        root = waiting.head.block
        self.id, self.line, self.parent = root.id, root.line, None
        self.rubriques = root.rubriques
        self._waiting = waiting
        self._children: list[Block] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return WaitingBlock, (self._waiting,)

    @property
    def children(self) -> list[Block]:  # type: ignore[override]
        if self._children is None:
            self._children = self._waiting.whole().children
        return self._children


class WaitingDeclaration(Declaration):
    """A declaration some employees of which wait in columns."""

    __slots__ = ("_employees", "waiting")
    waiting: Waiting
    _employees: tuple[Employee, ...] | None

    def __new__(cls, **values: Any) -> Declaration:  # type: ignore[misc]
        return Declaration(**values)

    @classmethod
    def of(cls, waiting: Waiting) -> WaitingDeclaration:
        self = object.__new__(cls)
        for each in fields(Declaration):
            if each.name not in ("employees", "block"):
                object.__setattr__(self, each.name, getattr(waiting.head, each.name))
        object.__setattr__(self, "waiting", waiting)
        object.__setattr__(self, "_employees", None)
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return WaitingDeclaration.of, (self.waiting,)

    @property
    def employees(self) -> tuple[Employee, ...]:
        if self._employees is None:
            waiting = self.waiting
            own = enumerate(waiting.lines())
            placed = [(line, WaitingEmployee.of(waiting, rank)) for rank, line in own]
            placed += [(each.block.line, each) for each in waiting.head.employees]
            placed.sort(key=lambda pair: pair[0])
            found = tuple(employee for _, employee in placed)
            object.__setattr__(self, "_employees", found)
        assert self._employees is not None
        return self._employees

    @property
    def block(self) -> Block:
        return WaitingBlock(self.waiting)

    def contributions(self) -> Mapping[str, Cents]:
        sums = dict(self.waiting.head.contributions())
        for code, cents in self.waiting.sums.items():
            sums[code] = sums.get(code, 0) + cents
        return sums

    def agreements(self) -> Mapping[str, int]:
        return Counter(self.waiting.head.agreements()) + Counter(
            self.waiting.agreements
        )

    def pay_days(self) -> Mapping[str, int]:
        return Counter(self.waiting.head.pay_days()) + Counter(self.waiting.pay_days)

    def head(self) -> Block:
        return self.waiting.head.block

    def naming(self, persons: Collection[PersonNumber]) -> tuple[Employee, ...]:
        own = enumerate(self.waiting.persons)
        # Read together: each reading starts with the lines of the employer.
        self.waiting.read(rank for rank, person in own if person in persons)
        return super().naming(persons)

    def collectors(self) -> frozenset[str]:
        return self.waiting.head.collectors() | self.waiting.collectors

    def holding(self, ranks: Iterable[int], *, alone: bool) -> Declaration:
        """The same with these waiting employees, read in full; with those that
        did not wait too unless `alone`."""
        found = self.waiting.read(ranks)
        if not alone:
            found = [*self.waiting.head.employees, *found]
            found.sort(key=lambda employee: employee.block.line)
        return replace(self.waiting.head, employees=tuple(found))
