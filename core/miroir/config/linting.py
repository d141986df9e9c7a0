"""What works today and will not always: for `miroir config lint`."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from miroir.config.connecting import DESTINATIONS, SOURCES, table_names
from miroir.config.entries import Kind, dotted
from miroir.config.layers import Layers
from miroir.config.problems import problem
from miroir.deprecation import Thing, deprecated

if TYPE_CHECKING:
    from miroir.config.settings import Settings

_PASSWORD = re.compile(r"://[^/@:]*:[^@]+@")
_READ_BY_MANY = (Kind.FILE, Kind.DROP_IN)


def remarks(settings: Settings) -> Iterator[str]:
    """One line each: what it is, where it is written, what to do."""
    layers = settings.layers
    yield from _deprecated(layers)
    yield from _in_clear(layers)
    yield from _not_read(layers)
    yield from _open_to_others(settings.keys.file, "the key file")


def _deprecated(layers: Layers) -> Iterator[str]:
    for key in dict(layers.items()):
        told = deprecated(Thing.SETTING, dotted(key))
        if told is not None:
            yield problem(layers, key, str(told))
    for section in (SOURCES, DESTINATIONS):
        for name in table_names(layers, section):
            key = (section, name, "connector")
            told = deprecated(Thing.CONNECTOR, str(layers.entry(key).value))
            if told is not None:
                yield problem(layers, key, str(told))


def _in_clear(layers: Layers) -> Iterator[str]:
    for key, entry in layers.items():
        written = isinstance(entry.value, str) and _PASSWORD.search(entry.value)
        if written and entry.origin.kind in _READ_BY_MANY:
            name = "__".join(key)
            what = f"a password in clear; put it in a secret file named {name}"
            yield problem(layers, key, what)


def _not_read(layers: Layers) -> Iterator[str]:
    if layers.file is None:
        return
    for path in sorted(layers.file.parent.glob("conf.d/*")):
        hidden = path.name.startswith(".")
        if path.is_file() and (hidden or path.suffix != ".toml"):
            yield f"{path}: not read; name it *.toml, or take it away"


def _open_to_others(path: Path, what: str) -> Iterator[str]:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield f"{path}: other users may read {what}; run `chmod 600 {path}`"
