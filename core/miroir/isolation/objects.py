"""The child's loop where calls and answers are objects."""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Callable
from typing import IO

from miroir.errors import MiroirError
from miroir.isolation.inline import described
from miroir.isolation.wire import parts, written
from miroir.privacy import mask

_MOST_TRACE = 4_000


def serve_objects(
    handler: Callable[[object], object], incoming: IO[bytes], outgoing: IO[bytes]
) -> None:
    """Answer each object with «given», «raised» or «unread», until the end."""
    while True:
        try:
            answer = _answer(handler, incoming)
        except EOFError:
            return
        _send(outgoing, answer)


def _answer(handler: Callable[[object], object], incoming: IO[bytes]) -> list[bytes]:
    head, buffers = parts(lambda size: _exactly(incoming, size))
    try:
        request = pickle.loads(head, buffers=buffers)  # from our parent alone
    except BaseException as error:  # noqa: BLE001
        return list(written(("unread", described(error))))
    try:
        return list(written(("given", handler(request))))
    except BaseException as error:  # noqa: BLE001
        return list(written(("raised", *told(error))))


def told(error: BaseException) -> tuple[str, str, str, MiroirError | None]:
    """What was raised: in one line, its class, where, itself if it is Miroir's."""
    try:
        where = mask("".join(traceback.format_tb(error.__traceback__)))
    except Exception:  # noqa: BLE001
        where = ""
    return (described(error), type(error).__name__, where[-_MOST_TRACE:], _ours(error))


def _ours(error: BaseException) -> MiroirError | None:
    """The same error of the class of Miroir that it derives from."""
    for kind in type(error).__mro__:
        if kind.__module__ == MiroirError.__module__ and issubclass(kind, MiroirError):
            plain = kind.__new__(kind)
            plain.args = tuple(mask(str(each)) for each in error.args)
            for name, value in vars(error).items():
                if value is None or type(value) in (bool, float, int, str):
                    setattr(plain, name, value)
            return plain
    return None


def _exactly(incoming: IO[bytes], size: int) -> bytes:
    data = incoming.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _send(outgoing: IO[bytes], pieces: list[bytes]) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(outgoing.fileno(), view) :]
