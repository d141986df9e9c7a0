"""Whether what a plugin gave is of the type it promised, to the last field.

pydantic would do it in its strict mode; it takes a third of a second to import
and to prepare, as much as the analysis of a company.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import chain
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from miroir.plugins.guarding import describe
from miroir.types import diagnosis


def fault(value: object, expected: Any) -> str:
    """The first thing wrong in a value, in words that follow the plugin's name.

    «returned a wrong periods[0]: an object of type str; expected Month».

    `expected` is a type as annotations write it. Types are told, never values.
    Empty when nothing is wrong.
    """
    return next(_faults(value, expected, ""), "")


def _faults(value: object, expected: Any, where: str) -> Iterator[str]:
    origin, inner = get_origin(expected), get_args(expected)
    if expected is Any or expected is object:
        return
    if origin in (Union, types.UnionType):
        told = [next(_faults(value, each, where), "") for each in inner]
        if all(told):
            yield _of_its_class(value, inner, told) or _told(
                value, _name(expected), where
            )
    elif origin is Literal:
        if value not in inner:
            yield _told(value, _name(expected), where)
    elif origin is tuple:
        yield from _in_tuple(value, inner, where)
    elif origin is not None and issubclass(origin, Mapping):
        yield from _in_mapping(value, origin, inner, where)
    elif origin is not None and issubclass(origin, Sequence):
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            yield _told(value, f"a list of {_name(inner[0])}", where)
        else:
            yield from _in_each(value, inner[0], where)
    elif expected is None or expected is types.NoneType:
        if value is not None:
            yield _told(value, "None", where)
    elif type(value) is not expected and not _is_a(value, expected):
        yield _told(value, expected.__name__, where)
    elif is_dataclass(expected):
        yield from _in_fields(value, expected, where)


def _of_its_class(value: object, inner: Sequence[Any], told: Sequence[str]) -> str:
    """What is wrong inside a value of one of these classes."""
    for each, said in zip(inner, told, strict=True):
        if isinstance(each, type) and type(value) is each:
            return said
    return ""


def _is_a(value: object, expected: type[object]) -> bool:
    """A bool is no amount, and a text no member of an enumeration."""
    return isinstance(value, expected) and not isinstance(value, bool)


def _in_tuple(value: object, inner: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield _told(value, f"a tuple of {_name(inner[0])}", where)
    elif inner[-1] is Ellipsis:
        yield from _in_each(value, inner[0], where)
    elif len(value) != len(inner):
        yield f"returned {len(value)} items {where}; expected {len(inner)}"
    else:
        for place, (each, expected) in enumerate(zip(value, inner, strict=True)):
            yield from _faults(each, expected, f"{where}[{place}]")


def _in_mapping(
    value: object, origin: type[object], inner: tuple[Any, ...], where: str
) -> Iterator[str]:
    if not isinstance(value, origin):
        yield _told(value, "a mapping", where)
        return
    for key, each in value.items():  # type: ignore[attr-defined]
        yield from chain(
            _faults(key, inner[0], f"{where} (a key)"),
            _faults(each, inner[1], f"{where} (a value)"),
        )


def _in_each(value: Sequence[object], expected: Any, where: str) -> Iterator[str]:
    for place, each in enumerate(value):
        yield from _faults(each, expected, f"{where}[{place}]")


def _in_fields(value: object, expected: Any, where: str) -> Iterator[str]:
    for name, hint in _hints(expected):
        inside = f"{where}.{name}" if where else name
        yield from _faults(getattr(value, name, None), hint, inside)


@cache
def _hints(expected: type[Any]) -> tuple[tuple[str, Any], ...]:
    # Thresholds names types of the module that imports it.
    hints = get_type_hints(expected, localns=vars(diagnosis))
    return tuple((field.name, hints[field.name]) for field in fields(expected))


def _told(value: object, expected: str, where: str) -> str:
    if not where:
        return f"returned {describe(value)}; expected {expected}"
    return f"returned a wrong {where}: {describe(value)}; expected {expected}"


def _name(expected: Any) -> str:
    if expected is types.NoneType:
        return "None"
    if get_origin(expected) in (Union, types.UnionType):
        return " or ".join(_name(each) for each in get_args(expected))
    return getattr(expected, "__name__", str(expected))
