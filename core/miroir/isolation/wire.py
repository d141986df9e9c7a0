"""Objects on a pipe: pickled, and on the way back of known classes only.

A child answers with what Miroir's own types are made of. Nothing of a plugin's
is built here, where it could loop, exit or crash in turn. The bytes of a
received file travel beside the rest, not copied into it.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from miroir.errors import PluginGarbage
from miroir.types.source import ReceivedFile

_SIZES = struct.Struct(">QI")
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
    pickler = pickle.Pickler(head, protocol=5, buffer_callback=buffers.append)
    pickler.dispatch_table = _TABLE
    pickler.dump(message)
    raw = [buffer.raw() for buffer in buffers]
    yield _SIZES.pack(head.tell(), len(raw))
    yield b"".join(_SIZE.pack(len(each)) for each in raw)
    yield head.getvalue()
    yield from raw  # type: ignore[misc]  # os.write takes a memoryview


def read_known(read: Read, most: int) -> object:
    """A message from a child; raises PluginGarbage, which quotes no value."""
    head, buffers = parts(read, most)
    try:
        return _Unpickler(io.BytesIO(head), buffers=buffers).load()
    except PluginGarbage:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken message leads to
        raise PluginGarbage("what it answered cannot be read") from None


def received(
    name: str, content: bytes, sha256: str, modified_at: datetime | None
) -> ReceivedFile:
    """A file out of its parts, as `_file_in_parts` takes it to pieces."""
    return ReceivedFile(
        name=name, content=content, sha256=sha256, modified_at=modified_at
    )


def parts(read: Read, most: int | None = None) -> tuple[bytes, Sequence[bytes]]:
    """The pickle of a message, and the bytes that travel beside it."""
    length, count = _SIZES.unpack(read(_SIZES.size))
    if most is not None and count > _MOST_BUFFERS:
        raise PluginGarbage("what it answered cannot be read")
    sizes = [_SIZE.unpack(read(_SIZE.size))[0] for _ in range(count)]
    if most is not None and length + sum(sizes) > most:
        raise PluginGarbage("what it answered is too long")
    return read(length), [read(size) for size in sizes]


def _file_in_parts(file: ReceivedFile) -> tuple[Callable[..., ReceivedFile], Any]:
    content = pickle.PickleBuffer(file.content)
    return received, (file.name, content, file.sha256, file.modified_at)


def _as_dict(view: MappingProxyType[Any, Any]) -> tuple[type[Any], Any]:
    return dict, (dict(view),)


# A table: a method of ours would be called for each object.
_TABLE: dict[type[Any], Callable[[Any], Any]] = {
    **copyreg.dispatch_table,
    ReceivedFile: _file_in_parts,
    MappingProxyType: _as_dict,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS) or name in _PLAIN.get(module, ()):
            return super().find_class(module, name)
        raise PluginGarbage(
            f"what it answered holds a {module}.{name}, which is none of Miroir's types"
        )
