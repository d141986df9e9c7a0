"""Objects on a pipe: pickled, and on the way back of known classes only.

A child answers with what Miroir's own types are made of. Nothing of a plugin's
is built here, where it could loop, exit or crash in turn. The bytes of a
received file travel beside the rest, not copied into it.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from miroir.errors import PluginGarbage
from miroir.types.source import ReceivedFile

_SIZES = struct.Struct(">QH")
_SIZE = struct.Struct(">Q")
_MOST_BUFFERS = 16
_OURS = ("miroir.types.", "miroir.errors")
_PLAIN: Mapping[str, frozenset[str]] = {
    "builtins": frozenset({"bytearray", "complex", "dict", "frozenset", "set"}),
    "collections": frozenset({"Counter", "OrderedDict"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "decimal": frozenset({"Decimal"}),
    "fractions": frozenset({"Fraction"}),
    "pathlib": frozenset({"PosixPath", "PurePosixPath"}),
    "miroir.isolation.wire": frozenset({"received"}),
}
Read = Callable[[int], bytes]
"""So many bytes of the pipe."""


def written(message: object) -> Iterator[bytes]:
    """A message in pieces to write one after the other; raises what pickle does."""
    buffers: list[pickle.PickleBuffer] = []
    head = io.BytesIO()
    _Pickler(head, protocol=5, buffer_callback=buffers.append).dump(message)
    raw = [buffer.raw() for buffer in buffers]
    yield _SIZES.pack(head.tell(), len(raw))
    yield b"".join(_SIZE.pack(len(each)) for each in raw)
    yield head.getvalue()
    yield from raw  # type: ignore[misc]  # os.write takes a memoryview


def read_any(read: Read) -> object:
    """A message from the parent, whom the child believes."""
    head, buffers = _parts(read, None)
    return pickle.loads(head, buffers=buffers)


def read_known(read: Read, most: int) -> object:
    """A message from a child; raises PluginGarbage, which quotes no value."""
    head, buffers = _parts(read, most)
    try:
        return _Unpickler(io.BytesIO(head), buffers=buffers).load()
    except PluginGarbage:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken message leads to
        raise PluginGarbage("what it answered cannot be read") from None


def received(
    name: str, content: bytes, sha256: str, modified_at: datetime | None
) -> ReceivedFile:
    """A file out of its parts, as `_Pickler` takes it to pieces."""
    return ReceivedFile(
        name=name, content=content, sha256=sha256, modified_at=modified_at
    )


def _parts(read: Read, most: int | None) -> tuple[bytes, Sequence[bytes]]:
    length, count = _SIZES.unpack(read(_SIZES.size))
    if count > _MOST_BUFFERS:
        raise PluginGarbage("what it answered cannot be read")
    sizes = [_SIZE.unpack(read(_SIZE.size))[0] for _ in range(count)]
    if most is not None and length + sum(sizes) > most:
        raise PluginGarbage("what it answered is too long")
    return read(length), [read(size) for size in sizes]


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        if isinstance(value, ReceivedFile):
            content = pickle.PickleBuffer(value.content)
            return received, (value.name, content, value.sha256, value.modified_at)
        if isinstance(value, MappingProxyType):
            return dict, (dict(value),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS) or name in _PLAIN.get(module, ()):
            return super().find_class(module, name)
        raise PluginGarbage(
            f"what it answered holds a {module}.{name}, which is none of Miroir's types"
        )
