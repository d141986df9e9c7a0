"""What the record of a company is called over there: fields, lengths, words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from miroir import ActionRefused, Intent, RecordEntry

_PLACE = re.compile(r"\{(\w+(?:\.[\w -]+)?)\}")
NAMES = ("siren", "day", "analysis", "call", "call_summary", "key", "reference")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIELDS = {
    "siren": "{siren}",
    "date": "{day}",
    "analyse": "{analysis}",
    "appel": "{call}",
    "synthese_appel": "{call_summary}",
    "reference": "{reference}",
}


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Names of the fields, and what goes in each.

    Between braces: `siren`, `day`, `analysis`, `call`, `call_summary`, `key`,
    `reference`, and `menu.` with the name of a menu. A name with dots stands
    deeper in JSON. `lengths` bounds fields, in what `count` counts. `call`
    gives the words for a call that happened, that did not, that was not tried.
    `day` is written as `day_format` says.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    names: Mapping[str, str] = field(default_factory=lambda: dict(_FIELDS))
    lengths: Mapping[str, int] = field(default_factory=dict)
    count: Literal["characters", "utf-8", "iso-8859-1"] = "characters"
    call: tuple[str, str, str] = ("oui", "non", "")
    day_format: str = "%Y-%m-%d"

    def __post_init__(self) -> None:
        for name, text in self.names.items():
            for place in _PLACE.findall(text):
                if place not in NAMES and not place.startswith("menu."):
                    raise ValueError(
                        f"`names.{name}` holds {{{place}}}; expected among "
                        f"{', '.join(NAMES)}, menu.<name>"
                    )
        for name in self.lengths:
            if name not in self.names:
                raise ValueError(f"`lengths.{name}` is of no field of `names`")

    def filled(self, entry: RecordEntry, intent: Intent) -> dict[str, str]:
        """Each field with its value; ActionRefused for one that is too long."""
        values = self._values(entry, intent)
        made = {
            name: _PLACE.sub(lambda found: values.get(found[1], ""), text)
            for name, text in self.names.items()
        }
        told = {place for text in self.names.values() for place in _PLACE.findall(text)}
        for name in entry.menus:
            if f"menu.{name}" not in told:
                raise ActionRefused(
                    f"no field takes the menu «{name}»; add it to `names`", code="menu"
                )
        for name, most in self.lengths.items():
            size = self._size(made[name])
            if size > most:
                raise ActionRefused(
                    f"the field {name} takes {most} ({self.count}), its value is {size}",
                    code="length",
                )
        return made

    def _values(self, entry: RecordEntry, intent: Intent) -> dict[str, str]:
        happened, not_happened, not_tried = self.call
        call = happened if entry.call_happened else not_happened
        return {
            "siren": entry.siren,
            "day": entry.day.strftime(self.day_format),
            "analysis": entry.analysis,
            "call": not_tried if entry.call_happened is None else call,
            "call_summary": entry.call_summary,
            "key": intent.key,
            "reference": intent.reference,
            **{f"menu.{name}": code for name, code in entry.menus.items()},
        }

    def _size(self, text: str) -> int:
        if self.count == "characters":
            return len(text)
        try:
            return len(text.encode(self.count))
        except UnicodeEncodeError:
            raise ActionRefused(
                f"a character does not exist in {self.count}", code="encoding"
            ) from None


def nested(fields: Mapping[str, str]) -> dict[str, object]:
    """Names with dots as objects in objects."""
    made: dict[str, object] = {}
    for name, value in fields.items():
        *parents, last = name.split(".")
        inner = made
        for parent in parents:
            deeper = inner.setdefault(parent, {})
            if not isinstance(deeper, dict):
                raise ValueError(f"the field {name} stands in another")  # noqa: TRY004
            inner = deeper
        inner[last] = value
    return made


Format = Literal["json", "csv"]


def content(
    fields: Mapping[str, str], form: Format, encoding: str, separator: str
) -> bytes:
    """A file of one record. Raises ActionRefused for what cannot be encoded."""
    if form == "json":
        text = json.dumps(nested(fields), ensure_ascii=False, indent=1) + "\n"
    else:
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
        writer.writerow(fields)
        writer.writerow(_inert(fields.values()))
        text = stream.getvalue()
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        raise ActionRefused(
            f"a character does not exist in {encoding}", code="encoding"
        ) from None


def _inert(values: Iterable[str]) -> Iterator[str]:
    """What a spreadsheet would take for a formula is written as text."""
    for value in values:
        yield f"'{value}" if value.startswith(_FORMULA) else value
