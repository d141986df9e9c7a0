"""JSON: one object is one row; what is nested is named by its path.

`{"entreprise": {"siren": "…"}}` has the column «entreprise.siren»; a list is
kept as the text of its JSON. Numbers are read as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from miroir import RowsRefused

from miroir_connectors.records.row import Cell, Row, Table, Unread, number

_CODE = "OBJET"
_DEEPEST = 16
_REMEDY = "Give one JSON object per row, each name once."


def json_table(name: str, text: str, pointer: str) -> Table:
    """The objects of the list at `pointer` (RFC 6901); «» is the whole."""
    items = list_at(name, parsed(name, text), pointer)
    return _table(
        _object(item, line=number, place=f"{pointer}/{number - 1}")
        for number, item in enumerate(items, start=1)
    )


def json_lines_table(text: str) -> Table:
    """One object per line; a line that is none is refused alone."""
    return _table(
        _line(number, line)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    )


def _line(number: int, text: str) -> tuple[int, str, dict[str, Cell]] | Unread:
    try:
        return _object(_loads(text), line=number, place="")
    except (ValueError, RecursionError) as error:
        return _unread(number, "", f"not JSON: {_reason(error)}")


def _object(
    item: object, *, line: int, place: str
) -> tuple[int, str, dict[str, Cell]] | Unread:
    if not isinstance(item, dict):
        return _unread(line, place, "not a JSON object")
    cells: dict[str, Cell] = {}
    try:
        for name, cell in _flat(item):
            if name in cells:
                raise ValueError(f"two values are named «{name[:40]}»")
            cells[name] = cell
        "".join(map(str, (*cells, *cells.values()))).encode()
    except UnicodeEncodeError:  # half a character, as "\\ud800", is no text
        return _unread(line, place, "a text holds half a character (\\ud800)")
    except ValueError as error:
        return _unread(line, place, str(error))
    return line, place, cells


def _table(found: Iterator[tuple[int, str, dict[str, Cell]] | Unread]) -> Table:
    objects = list(found)
    names: dict[str, None] = {}
    for each in objects:
        if not isinstance(each, Unread):
            names.update(dict.fromkeys(each[2]))
    rows = [
        each
        if isinstance(each, Unread)
        else Row(
            line=each[0],
            place=each[1],
            cells=[each[2].get(name, "") for name in names],
        )
        for each in objects
    ]
    return Table(header=list(names), rows=rows)


def _flat(
    item: Mapping[str, object], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, Cell]]:
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    for name, value in item.items():
        match value:
            case dict():
                yield from _flat(value, f"{prefix}{name}.", depth + 1)
            case None:
                yield f"{prefix}{name}", ""
            case bool():
                yield f"{prefix}{name}", "true" if value else "false"
            case str():
                yield f"{prefix}{name}", value.strip()
            case float():
                yield f"{prefix}{name}", value
            case _:
                yield f"{prefix}{name}", json.dumps(value, ensure_ascii=False)


def parsed(name: str, text: str) -> object:
    """The document; raises RowsRefused."""
    try:
        return _loads(text)
    except (ValueError, RecursionError) as error:
        raise RowsRefused(
            f"{name}: not readable as JSON ({_reason(error)}). Ask for it again, or "
            "correct the key `format`."
        ) from None


def _loads(text: str) -> object:
    value: object = json.loads(
        text,
        object_pairs_hook=_once,
        parse_int=number,
        parse_float=number,
        parse_constant=_no_number,
    )
    return value


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")


def _reason(error: Exception) -> str:
    """What is wrong, without the text that is wrong."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}, column {error.colno}"
    if isinstance(error, RecursionError):
        return "nested too deep"
    return str(error)


def list_at(name: str, document: object, pointer: str) -> list[object]:
    """The list at a JSON pointer; raises RowsRefused with those that are there."""
    found = value_at(document, pointer)
    if isinstance(found, list):
        return found
    lists = ", ".join(_lists(document)) or "none"
    where = f"at {pointer}" if pointer else "at the root"
    raise RowsRefused(
        f"{name}: no list of objects {where}. Lists found: {lists}. "
        "Give its place in the key `records`."
    )


def value_at(document: object, pointer: str) -> object:
    """What stands at a JSON pointer (RFC 6901) of objects; None: nothing."""
    found = document
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, dict) else None
    return found


def written_line(item: object) -> str:
    """An object on one line of JSON, its numbers to the last digit."""
    return json.dumps(item, ensure_ascii=False)


def _lists(document: object, pointer: str = "", depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        yield f'"{pointer}" ({len(document)})'
    elif isinstance(document, dict):
        for name, value in document.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from _lists(value, f"{pointer}/{step}", depth + 1)


def _unread(line: int, place: str, reason: str) -> Unread:
    return Unread(line=line, place=place, code=_CODE, reason=reason, remedy=_REMEDY)
