"""Tables `[sources.<name>]`, `[destinations.<name>]`: the fields of a connector."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from miroir.config.entries import Key, Kind
from miroir.config.layers import Layers
from miroir.config.problems import invalid, problem, suggest, unknown_key
from miroir.errors import ConfigurationError
from miroir.types.secret import Secret

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

SOURCES = "sources"
DESTINATIONS = "destinations"
T = TypeVar("T")
_READ_BY_MANY = (Kind.FILE, Kind.DROP_IN, Kind.COMMAND_LINE)


def table_names(layers: Layers, section: str) -> tuple[str, ...]:
    """The tables of a section of the configuration, by name."""
    return tuple(sorted({key[1] for key, _ in layers.items((section,))}))


def chosen_connector(
    layers: Layers, table: Key, connectors: Mapping[str, object]
) -> str:
    """The connector that a table names; ConfigurationError if there is none."""
    key = (*table, "connector")
    chosen = layers.entry(key).value
    if isinstance(chosen, str) and chosen in connectors:
        return chosen
    if chosen is None:
        from miroir.config.settings import expected

        what = f"missing; expected {expected(key)}"
    else:
        hint = suggest((str(chosen),), connectors)
        what = f"no connector is named {chosen!r}; {hint} (a plugin may be off)"
    raise ConfigurationError([problem(layers, key, what)])


def bind(layers: Layers, prefix: Key, built: type[T]) -> T:
    """Build what a table describes; ConfigurationError with every problem."""
    from pydantic import ValidationError

    table = dict(layers.table(prefix))
    table.pop("connector", None)
    model = fields_model(built)
    problems = [
        unknown_key(layers, (*prefix, key), (*model.model_fields, "connector"))
        for key in table
        if key not in model.model_fields
    ]
    known = {key: table[key] for key in table if key in model.model_fields}
    hidden = secret_fields(model)
    problems.extend(in_clear(layers, prefix, hidden))
    try:
        valid = model.model_validate(known, context={"folder": layers.folder})
    except ValidationError as error:
        problems.extend(_problems(layers, prefix, error.errors(), hidden))
    if problems:
        raise ConfigurationError(problems)
    values = {
        key: _from_folder(layers.folder, getattr(valid, key))
        for key in model.model_fields
    }
    try:
        return built(**values)
    except ValueError as error:
        raise ConfigurationError([problem(layers, prefix, str(error))]) from error


def laid_at(
    layers: Layers, table: Key, error: ConfigurationError
) -> ConfigurationError:
    """What a connector at work refused of its table, with the file and the key.

    The key is the one whose value the error is about, else the table.
    """
    keys = [
        name
        for name, value in layers.table(table).items()
        if isinstance(value, str)
        and "://" in value
        and error.value.startswith(value.rstrip("/"))
    ]
    key = (*table, *keys[:1])
    return ConfigurationError([problem(layers, key, what) for what in error.problems])


def fields_model(built: type[object], summary: str = "") -> type[BaseModel]:
    """The fields of a connector's dataclass, as a model that validates them."""
    from pydantic import ConfigDict, create_model

    described: Any = built
    hints = get_type_hints(built, include_extras=True)
    fields: dict[str, Any] = {
        field.name: (hints[field.name], _default(field))
        for field in dataclasses.fields(described)
        if field.init
    }
    model: type[BaseModel] = create_model(
        built.__name__,
        __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True),
        __doc__=summary or None,
        **fields,
    )
    return model


def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a model whose value is a `Secret`."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if Secret in (field.annotation, *get_args(field.annotation))
    )


def in_clear(layers: Layers, prefix: Key, hidden: Iterable[str]) -> Iterator[str]:
    """Secrets that a file of the configuration holds in clear: a problem each."""
    for name in sorted(hidden):
        entry = layers.entry((*prefix, name))
        if isinstance(entry.value, str) and entry.origin.kind in _READ_BY_MANY:
            yield problem(
                layers,
                (*prefix, name),
                "a secret is not written here; put it in the secret file "
                f"{'__'.join((*prefix, name)).replace('-', '_')}, or write "
                f'{name} = {{ file = "path" }}',
            )


def _default(field: dataclasses.Field[Any]) -> object:
    from pydantic import Field

    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return Field(default_factory=field.default_factory)
    return ...


def _problems(
    layers: Layers, prefix: Key, errors: list[ErrorDetails], hidden: Container[str]
) -> Iterator[str]:
    for error in errors:
        key = (*prefix, *(str(part) for part in error["loc"]))
        if error["type"] == "missing":
            yield problem(layers, key, "missing; the connector needs it")
        else:
            expected = error["msg"].removeprefix("Value error, ")
            expected = expected.removeprefix("Input should be ")
            if key[len(prefix)] in hidden:
                yield problem(layers, key, f"expected {expected}")
            else:
                yield invalid(layers, key, expected, error["input"])


def _from_folder(folder: Path, value: object) -> object:
    """Relative paths of a table start from the folder of the file."""
    if isinstance(value, Path):
        return folder / value.expanduser()
    if isinstance(value, tuple | list):
        return type(value)(_from_folder(folder, item) for item in value)
    return value
