"""The DSN norm as dated data: blocks, rubriques, values, P24V01 to P26V01.

One table for all versions: a row holds from `since` to `until`, both norm
versions and both optional, so that a change of the norm is a row and not a
copy. Source: cahiers techniques CT2024.1 (P24V01), CT2025.1.3 (P25V01) and
CT2026.1.2 (P26V01) of net-entreprises.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

KNOWN_VERSIONS = ("P24V01", "P25V01", "P26V01")
OLDEST_READ = "P19V01"
"""Older norms never carried the unified scheme (ANI of 17/11/2017)."""

_VERSION = re.compile(r"P[0-9]{2}V[0-9]{2}", re.ASCII)


class Check:
    """What a value of one rubrique must be, ready to be asked millions of times.

    `seen`: the last values found right, short ones only, a few hundred at most.
    """

    __slots__ = ("_most", "_rule", "_seen", "_values")

    def __init__(self, rule: RubriqueRule, values: Mapping[str, str]) -> None:
        self._rule = rule
        self._values = values
        self._seen: set[str] = set()
        self._most = 512

    def accepts(self, value: str) -> bool:
        if value in self._seen:
            return True
        if self._values and value not in self._values:
            return False
        if not self._rule.accepts(value):
            return False
        if len(self._seen) < self._most:
            self._seen.add(value)
        return True


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when a value first needs it: a file uses few of the patterns."""
    return re.compile(pattern, re.ASCII)


@dataclass(frozen=True, slots=True)
class BlockRule:
    """Where a block stands: parent, bounds, and rank in the message."""

    id: str
    parent: str
    minimum: int
    maximum: int | None
    label: str
    rank: int


@dataclass(frozen=True, slots=True)
class RubriqueRule:
    """What a rubrique may hold. `nature`: X text, N number, D date."""

    code: str
    nature: str
    minimum: int
    maximum: int
    pattern: str
    label: str

    def accepts(self, value: str) -> bool:
        """Length and pattern; a D value must also be a real date elsewhere."""
        if not self.minimum <= len(value) <= self.maximum:
            return False
        return not self.pattern or _compiled(self.pattern).fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Norm:
    """One version of the norm, ready to read a file with."""

    version: str
    blocks: Mapping[str, BlockRule]
    rubriques: Mapping[str, RubriqueRule]
    children: Mapping[str, tuple[str, ...]]
    descendants: Mapping[str, frozenset[str]]

    def values(self, rubrique: str) -> Mapping[str, str]:
        """Allowed values and their labels; empty when there is no list."""
        return _values(self.version).get(rubrique, {})

    def check(self, rubrique: str) -> Check | None:
        """What a value must be; None for a rubrique that the norm does not know."""
        return _checks(self.version).get(rubrique)


@lru_cache(maxsize=len(KNOWN_VERSIONS))
def _checks(version: str) -> Mapping[str, Check]:
    norm = load(version)
    return {
        code: Check(rule, norm.values(code)) for code, rule in norm.rubriques.items()
    }


class UnreadableNorm(ValueError):
    """The version is not one that can be read."""


def table_for(version: str) -> str:
    """The known version whose table reads `version`; itself when known.

    P19V01 to P23V01 are read with the oldest table, a later version with the
    newest. Raises UnreadableNorm for anything else.
    """
    if version in KNOWN_VERSIONS:
        return version
    if _VERSION.fullmatch(version) is None or version < OLDEST_READ:
        raise UnreadableNorm(version)
    return KNOWN_VERSIONS[0] if version < KNOWN_VERSIONS[0] else KNOWN_VERSIONS[-1]


@lru_cache(maxsize=len(KNOWN_VERSIONS))
def load(version: str) -> Norm:
    """The tables of one known version."""
    blocks = {
        row["block"]: BlockRule(
            row["block"],
            row["parent"],
            int(row["min"]),
            None if row["max"] == "*" else int(row["max"]),
            row["label"],
            rank,
        )
        for rank, row in enumerate(_rows("blocks.csv", version))
    }
    rubriques = {
        row["rubrique"]: RubriqueRule(
            row["rubrique"],
            row["nature"],
            int(row["min"]),
            int(row["max"]),
            row["pattern"],
            row["label"],
        )
        for row in _rows("rubriques.csv", version)
    }
    children: dict[str, list[str]] = {id: [] for id in blocks}
    for rule in blocks.values():
        if rule.parent:
            children[rule.parent].append(rule.id)
    frozen = {id: tuple(below) for id, below in children.items()}
    below = {id: frozenset(_below(id, frozen)) for id in blocks}
    return Norm(version, blocks, rubriques, frozen, below)


def _below(id: str, children: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for child in children[id]:
        yield child
        yield from _below(child, children)


@lru_cache(maxsize=len(KNOWN_VERSIONS))
def _values(version: str) -> Mapping[str, Mapping[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in _rows("values.csv", version):
        lists.setdefault(row["rubrique"], {})[row["value"]] = row["label"]
    return lists


def _rows(name: str, version: str) -> Iterator[dict[str, str]]:
    """The rows of one table that hold for `version`."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        if row["since"] and version < row["since"]:
            continue
        if row["until"] and version > row["until"]:
            continue
        yield row
