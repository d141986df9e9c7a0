"""Blocks of a DSN as a small tree, written line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from miroir.testing.payroll.rounding import euros

Line = tuple[str, str]
Field = tuple[str, str | int | date | None]
"""A rubrique: a date and cents are written as the norm wants."""


def day(value: date) -> str:
    return f"{value:%d%m%Y}"


@dataclass(slots=True)
class Node:
    """One block. `fields`: (number, value), in the order of the norm.

    `paid_beside`: cents that the payroll pays for a person and does not detail.
    """

    id: str
    fields: list[Line] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    paid_beside: int = 0

    def get(self, number: str) -> str | None:
        return dict(self.fields).get(number)

    def put(self, number: str, value: str) -> None:
        """Replace a value, or add it at its place."""
        kept = [each for each in self.fields if each[0] != number]
        self.fields = sorted([*kept, (number, value)])

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, id: str) -> Iterator[Node]:
        return (node for node in self.walk() if node.id == id)

    def drop(self, unwanted: Callable[[Node], bool]) -> None:
        """Remove the blocks below that are not wanted, with their children."""
        self.children = [node for node in self.children if not unwanted(node)]
        for child in self.children:
            child.drop(unwanted)

    def lines(self) -> Iterator[Line]:
        for number, value in self.fields:
            yield f"{self.id}.{number}", value
        for child in self.children:
            yield from child.lines()


def node(id: str, fields: Iterable[Field]) -> Node:
    """A block: dates and cents are written as the norm wants, None left out."""
    return Node(id, [(number, _text(v)) for number, v in fields if v is not None])


def _text(value: str | int | date) -> str:
    if isinstance(value, date):
        return day(value)
    return euros(value) if isinstance(value, int) else value


def cents(text: str | None) -> int:
    """The reverse of `euros`, for amounts this simulator wrote."""
    return int((text or "0").replace(".", ""))
