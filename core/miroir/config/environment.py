"""Values given by environment variables and by secret files.

Both name a key the same way: MIROIR_GAP__TOLERANCE and gap__tolerance are
gap.tolerance. A name without `__` is somebody else's and is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from miroir.config.entries import Entry, Key, Kind, Layer, Origin

PREFIX = "MIROIR_"
SEPARATOR = "__"
_MAX_SECRET_BYTES = 65_536


def read_environment(environ: Mapping[str, str], known: set[Key]) -> Layer:
    """MIROIR_<SECTION>__<KEY> variables; lists and tables are written in JSON.

    `known` are the keys of the files: their spelling (`my-drop`) is taken.
    """
    layer: Layer = {}
    for name in sorted(environ):
        if name.startswith(PREFIX) and SEPARATOR in name:
            key = _key(name.removeprefix(PREFIX), known)
            origin = Origin(kind=Kind.ENVIRONMENT, place=f"${name}")
            layer[key] = Entry(_value(environ[name]), origin)
    return layer


def read_secrets(folder: Path, known: set[Key]) -> Iterator[tuple[Key, Entry] | str]:
    """One file per key, named section__key; a str is a problem."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield (
            f"{folder}: the folder of secrets cannot be read ({error.strerror}). "
            "Correct secrets.folder, or the rights on it."
        )
        return
    for path in paths:
        if SEPARATOR in path.name and not path.name.startswith("."):
            yield _secret(path, known)


def _secret(path: Path, known: set[Key]) -> tuple[Key, Entry] | str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SECRET_BYTES + 1)
        text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        return (
            f"{path}: the secret cannot be read ({error.strerror}). Check its rights."
        )
    except UnicodeDecodeError:
        return f"{path}: the secret is not UTF-8 text. Write it again."
    if len(content) > _MAX_SECRET_BYTES:
        return f"{path}: a secret has at most {_MAX_SECRET_BYTES} bytes."
    origin = Origin(kind=Kind.SECRET, place=str(path))
    return _key(path.name, known), Entry(text, origin)


def _key(name: str, known: set[Key]) -> Key:
    parts = tuple(name.lower().split(SEPARATOR))
    prefixes = {key[:length] for key in known for length in range(1, len(key) + 1)}
    spelling = {_plain(key): key for key in sorted(prefixes)}
    for length in range(len(parts), 0, -1):
        if parts[:length] in spelling:
            return (*spelling[parts[:length]], *parts[length:])
    return parts


def _plain(key: Key) -> Key:
    return tuple(name.lower().replace("-", "_") for name in key)


def _value(text: str) -> object:
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text  # a password may begin like this
    return text
