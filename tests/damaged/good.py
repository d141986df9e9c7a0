"""One good DSN, and the knife: functions that spoil its lines on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from miroir.testing.payroll import Habits, make_company

REFUSED, READ = "refused", "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A damaged file. `expected`: REFUSED, nothing of it can be used; READ,
    it is, and `why` tells why that is right. `code`: the reason expected in
    the refusals, or in the observations; empty: any, or none when READ.
    """

    name: str
    content: bytes
    expected: str = REFUSED
    code: str = ""
    why: str = ""


@cache
def good() -> bytes:
    """Four fictitious people, one month, ISO-8859-1, LF."""
    return make_company(21, 2026, 1, 4, Habits(), simple=True).files[0][1]


def lines() -> list[str]:
    return good().decode("iso-8859-1").splitlines()


def joined(given: list[str], end: str = "\n") -> bytes:
    return (end.join(given) + end).encode("iso-8859-1")


def recounted(given: list[str], declarations: int | None = None) -> list[str]:
    """The same lines with right totals: only the damage meant is left."""
    if declarations is None:
        declarations = sum("S20.G00.05.001," in line for line in given)
    total = len([line for line in given if line.strip()])
    return [
        f"S90.G00.90.001,'{total}'"
        if line.startswith("S90.G00.90.001,")
        else f"S90.G00.90.002,'{declarations}'"
        if line.startswith("S90.G00.90.002,")
        else line
        for line in given
    ]


def index_of(code: str, rank: int = 0) -> int:
    found = [i for i, line in enumerate(lines()) if line.startswith(f"{code},")]
    return found[rank]


def spoilt(code: str, change: Callable[[str], str], rank: int = 0) -> bytes:
    """One line changed; the totals stay right."""
    given, place = lines(), index_of(code, rank)
    given[place] = change(given[place])
    return joined(given)


def valued(code: str, value: str, rank: int = 0) -> bytes:
    return spoilt(code, lambda line: f"{line.split(',')[0]},'{value}'", rank)


def without(code: str, rank: int = 0) -> bytes:
    given = lines()
    del given[index_of(code, rank)]
    return joined(recounted(given))


def without_block(block: str) -> bytes:
    kept = [line for line in lines() if not line.startswith(f"{block}.")]
    return joined(recounted(kept))


def with_line(line: str, before: str) -> bytes:
    given = lines()
    given.insert(index_of(before), line)
    return joined(recounted(given))
