"""Worklists: which dossiers, chosen by `--select`, in which order.

A selection is made of conditions separated by spaces, all of which hold:
«adviser=marie amount>1000 age>30 state=to_call,waiting cause=CET_ABSENTE».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from miroir.dossier.lease import holder
from miroir.dossier.model import Dossier
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import STATES
from miroir.types.amounts import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dossier of a list. `amount`: its open gaps in absolute value, cents."""

    dossier: Dossier
    gaps: int
    amount: Cents
    campaigns: tuple[str, ...]
    causes: tuple[str, ...]
    due_on: date | None

    def age(self, now: datetime) -> int:
        """Whole days since the dossier was opened."""
        return (now - self.dossier.opened_at).days


Test = Callable[[Line, datetime], bool]
_CONDITION = re.compile(r"([a-z]+)(=|!=|>=|<=|>|<)(.+)")
_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
}
_WORDS: dict[str, Callable[[Line, datetime], tuple[str, ...]]] = {
    "adviser": lambda line, now: (line.dossier.adviser or "none",),
    "state": lambda line, now: (line.dossier.state.value,),
    "campaign": lambda line, now: line.campaigns,
    "cause": lambda line, now: line.causes,
    "siren": lambda line, now: (line.dossier.siren,),
    "holder": lambda line, now: (holder(line.dossier, now) or "none",),
}
_NUMBERS: dict[str, Callable[[Line, datetime], int]] = {
    "age": lambda line, now: line.age(now),
    "amount": lambda line, now: line.amount,
    "gaps": lambda line, now: line.gaps,
}
KEYS = (*_WORDS, *_NUMBERS)


def selection(text: str) -> Sequence[Test]:
    """Read a selection; raises MoveRefused, in French, on what it does not know."""
    return [_test(part) for part in _parts(text)]


def chosen(lines: Iterable[Line], text: str, now: datetime) -> list[Line]:
    """The lines that a selection keeps, the heaviest first, then the oldest."""
    tests = selection(text)
    kept = [line for line in lines if all(test(line, now) for test in tests)]
    return sorted(kept, key=lambda line: (-line.amount, line.dossier.opened_at))


def _parts(text: str) -> list[str]:
    """Conditions; a value with spaces is put between quotes."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        raise MoveRefused(
            f"Sélection illisible : un guillemet n’est pas fermé dans «{text}»."
        ) from None


def _test(part: str) -> Test:
    match = _CONDITION.fullmatch(part)
    if match is None or match[1] not in KEYS:
        raise MoveRefused(
            f"Condition inconnue : «{part}». Écrire adviser=marie, amount>1000,"
            f" age>30… avec l’un de : {', '.join(KEYS)}."
        )
    key, sign, value = match[1], match[2], match[3]
    if key in _NUMBERS:
        return _number(key, sign, value, part)
    return _word(key, sign, value, part)


def _number(key: str, sign: str, value: str, part: str) -> Test:
    if not re.fullmatch(r"[0-9]{1,12}", value, re.ASCII):
        raise MoveRefused(f"«{part}» : {key} se compare à un nombre entier.")
    # Euros in a selection, cents in a line.
    wanted = int(value) * (100 if key == "amount" else 1)
    of, compare = _NUMBERS[key], _ORDERS[sign]
    return lambda line, now: compare(of(line, now), wanted)


def _word(key: str, sign: str, value: str, part: str) -> Test:
    if sign not in ("=", "!="):
        raise MoveRefused(f"«{part}» : {key} se compare avec = ou !=.")
    wanted = set(value.split(","))
    if key == "state" and not wanted <= {state.value for state in STATES}:
        known = ", ".join(state.value for state in STATES)
        raise MoveRefused(f"«{part}» : les états sont {known}.")
    of, equal = _WORDS[key], sign == "="
    return lambda line, now: bool(wanted & set(of(line, now))) is equal
