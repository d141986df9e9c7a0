"""The guided forms of calls: which field comes next, what is wrong, in French.

A form is a list of fields; a field may be asked only after some answers. The
command line asks them one by one, a console may show them all: the rules are
the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("forms.toml")
LONGEST = 2_000
"""Characters of one answer."""


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"
    LIST = "list"


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `when`: it is asked only if these fields have these values."""

    name: str
    label: str
    kind: Kind
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Answers = Mapping[str, str]
"""By name of field: a text; yes or no; a choice; ISO dates; lines of a list."""


@cache
def form(direction: Direction) -> tuple[Field, ...]:
    """The fields of a form, in the order of the talk."""
    fields = tomllib.loads(_FILE.read_text(encoding="utf-8"))["field"]
    named = [each for each in fields if direction in each.get("forms", Direction)]
    names = {each["name"] for each in named}
    return tuple(
        Field(
            name=each["name"],
            label=each["label"],
            kind=Kind(each["kind"]),
            required=each.get("required", False),
            choices=each.get("choices", _choices(each["kind"])),
            # A form without a field has nothing to wait for from it.
            when={
                name: tuple(values)
                for name, values in each.get("when", {}).items()
                if name in names
            },
        )
        for each in named
    )


def _choices(kind: str) -> dict[str, str]:
    return {"yes": "oui", "no": "non"} if kind == Kind.YES_NO else {}


def asked(one: Field, answers: Answers) -> bool:
    """Whether a field is to be asked after these answers."""
    return all(answers.get(name) in values for name, values in one.when.items())


def next_field(direction: Direction, answers: Answers) -> Field | None:
    """The first field to ask that has no answer, even an empty one."""
    for one in form(direction):
        if one.name not in answers and asked(one, answers):
            return one
    return None


def problems(direction: Direction, answers: Answers) -> Iterator[str]:
    """Everything that keeps a call from being recorded, in French."""
    fields = {one.name: one for one in form(direction)}
    for name in answers:
        if name not in fields:
            yield f"{name} : ce champ n’existe pas dans ce formulaire"
    for one in fields.values():
        text = answers.get(one.name, "").strip()
        if not asked(one, answers):
            if text:
                yield f"{one.name} : sans objet après les réponses précédentes"
        elif text:
            yield from _wrong(one, text)
        elif one.required:
            yield f"{one.name} : réponse attendue — {one.label}"


def _wrong(one: Field, text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        yield f"{one.name} : {LONGEST} caractères au plus"
    if one.choices and text not in one.choices:
        yield f"{one.name} : «{text[:40]}» n’est pas l’un de {', '.join(one.choices)}"
    try:
        if one.kind is Kind.DATE:
            date.fromisoformat(text)
        elif one.kind is Kind.MOMENT:
            datetime.fromisoformat(text)
    except ValueError:
        example = "2026-04-15" if one.kind is Kind.DATE else "2026-04-15 14:30"
        yield f"{one.name} : «{text[:40]}» n’est pas une date comme {example}"


def lines(answers: Answers, name: str) -> list[str]:
    """The lines of a list."""
    return [line.strip() for line in answers.get(name, "").split("\n") if line.strip()]
