"""Every place that values come from, read once, not validated yet."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from miroir.config.entries import DEFAULT, Entry, Key, Kind, Layer, Origin, nest
from miroir.config.environment import read_environment, read_secrets
from miroir.config.files import find_file, read_files, usual_places

NO_VALUE = Entry(None, DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Values by precedence, the lowest first, with what could not be read.

    `file` is None when no configuration file was found; relative paths start
    from `folder`, the file's own or else the current one.
    """

    file: Path | None
    folder: Path
    layers: Sequence[Layer]
    problems: Sequence[str]

    def entry(self, key: Key) -> Entry:
        """The value that wins; `NO_VALUE` when nobody wrote one."""
        for layer in reversed(self.layers):
            if key in layer:
                return layer[key]
        return NO_VALUE

    def origin(self, key: Key) -> Origin:
        """Where a key, or any key of a table, was written; else the default."""
        for layer in reversed(self.layers):
            for written, entry in layer.items():
                if written[: len(key)] == key:
                    return entry.origin
                # A scalar standing where a table was expected.
                above = key[: len(written)] == written
                if above and not isinstance(entry.value, Mapping):
                    return entry.origin
        return DEFAULT

    def table(self, prefix: Key) -> Mapping[str, object]:
        """One table, its layers put together."""
        merged: Layer = {}
        for key, entry in self.items(prefix):
            merged[key[len(prefix) :]] = entry
        return nest(merged)

    def items(self, prefix: Key = ()) -> Iterator[tuple[Key, Entry]]:
        """The winning entries below `prefix`, those of higher layers last."""
        for layer in self.layers:
            for key, entry in layer.items():
                if len(key) > len(prefix) and key[: len(prefix)] == prefix:
                    yield key, entry

    @property
    def empty(self) -> bool:
        return not any(self.layers)


def read_layers(
    config: Path | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Layers:
    """Read all the places. `overrides` has dotted keys, from the command line.

    Raises ConfigurationError only for a file asked for and not there; other
    problems are kept in the result, so that all can be told at once.
    """
    environ = os.environ if environ is None else environ
    file = find_file(config, environ)
    folder = file.parent if file else Path.cwd()
    problems: list[str] = []
    layers: list[Layer] = []
    for found in read_files(file) if file else ():
        if isinstance(found, str):
            problems.append(found)
        else:
            layers.append(found)
    upper = [read_environment(environ, _known(layers)), _command_line(overrides or {})]
    secrets = _secrets(folder, [*layers, *upper], environ, problems)
    return Layers(
        file=file,
        folder=folder,
        layers=[*layers, secrets, *upper],
        problems=problems,
    )


def places_looked_at() -> str:
    """For the message of a configuration that is nowhere."""
    asked = "--config (not given), $MIROIR_CONFIG (not set)"
    return ", ".join([asked, *map(str, usual_places())])


def _command_line(overrides: Mapping[str, object]) -> Layer:
    origin = Origin(kind=Kind.COMMAND_LINE, place="command line")
    return {
        tuple(name.split(".")): Entry(value, origin)
        for name, value in overrides.items()
    }


def _secrets(
    folder: Path,
    layers: list[Layer],
    environ: Mapping[str, str],
    problems: list[str],
) -> Layer:
    chosen: object = environ.get("CREDENTIALS_DIRECTORY") or None
    for layer in layers:
        if ("secrets", "folder") in layer:
            chosen = layer["secrets", "folder"].value
    if not isinstance(chosen, str) or not chosen:
        return {}
    secrets: Layer = {}
    for found in read_secrets(folder / Path(chosen).expanduser(), _known(layers)):
        if isinstance(found, str):
            problems.append(found)
        else:
            secrets[found[0]] = found[1]
    return secrets


def _known(layers: list[Layer]) -> set[Key]:
    return {key for layer in layers for key in layer}
