"""Menus and tables of agreements from TOML: everything wrong in them is told."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from miroir.adhesion.menu import SETTABLE, Agreement, Guarantee, Menu, Requires
from miroir.errors import ConfigurationError

_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}", re.ASCII)
_IDCC = re.compile(r"[0-9]{4}", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?", re.ASCII)
_CATEGORIES = ("01", "02", "04")
_COMMON = frozenset({"label", "since", "until", "categories", "source"})
_GUARANTEE = _COMMON | {"code", "sets", "requires", "default"}
_AGREEMENT = _COMMON | {"idcc", "guarantees"}
_MOST = 100


def read_menu(texts: Iterable[tuple[str, str]]) -> Menu:
    """One menu from several files, (place, text), the shipped one first.

    A code is given once for all. Raises ConfigurationError with every problem.
    The version names each file's version and what it holds.
    """
    guarantees: list[Guarantee] = []
    agreements: list[Agreement] = []
    versions: list[str] = []
    problems: list[str] = []
    for place, text in texts:
        reading = _Reading(place)
        table = reading.table(text)
        versions.append(f"{reading.version(table)}-{_fingerprint(text)}")
        guarantees += reading.guarantees(table.get("guarantee", []))
        agreements += reading.agreements(table.get("agreement", []))
        problems += reading.problems
    problems += _across(guarantees, agreements)
    if problems:
        raise ConfigurationError(problems)
    return Menu(
        version="+".join(versions),
        guarantees=tuple(guarantees),
        agreements=tuple(agreements),
    )


def shipped() -> tuple[str, str]:
    """The menu that Miroir has by itself."""
    text = files("miroir.adhesion").joinpath("menu.toml").read_text(encoding="utf-8")
    return "menu.toml of Miroir", text


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _across(
    guarantees: Sequence[Guarantee], agreements: Sequence[Agreement]
) -> Iterator[str]:
    codes = [each.code for each in guarantees]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"the guarantee {code} is given twice; give one of them another code"
    for agreement in agreements:
        for code in agreement.guarantees:
            if code not in codes:
                yield (
                    f"the agreement {agreement.idcc} names the guarantee {code}, which"
                    " no menu gives; add it to the menu, or correct the code"
                )


@dataclass(slots=True)
class _Reading:
    """One file. `problems` fills up while it is read."""

    place: str
    problems: list[str] = field(default_factory=list)

    def table(self, text: str) -> Mapping[str, Any]:
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._problem("", f"is not valid TOML: {error}")
            return {}
        for key in sorted(set(table) - {"version", "guarantee", "agreement"}):
            self._problem(key, "no such key; there are version, guarantee, agreement")
        return table

    def version(self, table: Mapping[str, Any]) -> str:
        found = table.get("version")
        if not isinstance(found, str) or not found.strip():
            self._problem("version", "missing; give a text that changes with the menu")
            return "?"
        return found

    def guarantees(self, rows: Sequence[Mapping[str, Any]]) -> list[Guarantee]:
        read = []
        for rank, row in enumerate(rows, 1):
            where = f"guarantee {row.get('code', rank)}"
            self._known(where, row, _GUARANTEE)
            since, until = self._dates(where, row)
            read.append(
                Guarantee(
                    code=self._text(where, row, "code", _CODE),
                    label=self._text(where, row, "label"),
                    since=since,
                    until=until,
                    categories=self._categories(where, row),
                    sets=self._sets(where, row.get("sets", {})),
                    requires=self._requires(where, row.get("requires", "nothing")),
                    default=self._default(where, row.get("default", False)),
                    source=self._text(where, row, "source"),
                )
            )
        return read

    def agreements(self, rows: Sequence[Mapping[str, Any]]) -> list[Agreement]:
        read = []
        for rank, row in enumerate(rows, 1):
            where = f"agreement {row.get('idcc', rank)}"
            self._known(where, row, _AGREEMENT)
            since, until = self._dates(where, row)
            codes = row.get("guarantees", [])
            if not isinstance(codes, list) or not codes:
                self._problem(where, "guarantees: give a list of codes of the menu")
                codes = []
            read.append(
                Agreement(
                    idcc=self._text(where, row, "idcc", _IDCC),
                    label=self._text(where, row, "label"),
                    since=since,
                    until=until,
                    categories=self._categories(where, row),
                    guarantees=tuple(map(str, codes)),
                    source=self._text(where, row, "source"),
                )
            )
        return read

    def _problem(self, key: str, what: str) -> None:
        self.problems.append(f"{self.place}: {f'{key}: ' if key else ''}{what}")

    def _known(self, where: str, row: Mapping[str, Any], keys: frozenset[str]) -> None:
        for key in sorted(set(row) - keys):
            self._problem(
                where, f"{key}: no such key; there are {', '.join(sorted(keys))}"
            )

    def _text(
        self,
        where: str,
        row: Mapping[str, Any],
        key: str,
        form: re.Pattern[str] | None = None,
    ) -> str:
        found = row.get(key)
        right = isinstance(found, str) and bool(found.strip())
        if right and form is not None:
            right = form.fullmatch(str(found)) is not None
        if not right:
            shape = "a text" if form is None else f"a text such as {form.pattern}"
            self._problem(where, f"{key}: expected {shape}")
            return ""
        return str(found)

    def _dates(self, where: str, row: Mapping[str, Any]) -> tuple[date, date | None]:
        since, until = row.get("since"), row.get("until")
        if type(since) is not date:
            self._problem(where, "since: expected a date, such as 2019-01-01")
            since = date.min
        if until is not None and type(until) is not date:
            self._problem(where, "until: expected a date, or nothing")
            until = None
        if until is not None and until < since:
            self._problem(where, f"until {until} is before since {since}")
        return since, until

    def _categories(self, where: str, row: Mapping[str, Any]) -> tuple[str, ...]:
        found = row.get("categories")
        if not isinstance(found, list) or not found or set(found) - set(_CATEGORIES):
            self._problem(where, f"categories: expected some of {list(_CATEGORIES)}")
            return ()
        return tuple(found)

    def _sets(self, where: str, found: object) -> tuple[tuple[str, Decimal], ...]:
        if not isinstance(found, dict):
            self._problem(where, 'sets: expected a table such as { rate_t1 = "6.20" }')
            return ()
        read = []
        for name, value in found.items():
            if name not in SETTABLE:
                self._problem(where, f"sets.{name}: expected {', '.join(SETTABLE)}")
            elif not isinstance(value, str) or not _PERCENT.fullmatch(value):
                # A TOML float has already lost what was written.
                self._problem(
                    where, f'sets.{name}: expected percents in quotes, "6.20"'
                )
            elif Decimal(value) > _MOST:
                self._problem(where, f"sets.{name}: more than 100 %")
            else:
                read.append((name, Decimal(value)))
        return tuple(sorted(read))

    def _requires(self, where: str, found: object) -> Requires:
        if found not in tuple(Requires):
            self._problem(where, f"requires: expected one of {', '.join(Requires)}")
            return Requires.NOTHING
        return Requires(str(found))

    def _default(self, where: str, found: object) -> bool:
        if not isinstance(found, bool):
            self._problem(where, "default: expected true or false")
        return found is True
