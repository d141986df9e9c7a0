"""What a child does: one line of JSON per call, one per answer, or objects.

The first line says which handler, under which limits, and which of the two.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import IO, cast

from miroir.isolation.host import Handler, Limits, encode
from miroir.isolation.inline import described
from miroir.isolation.limiting import impose
from miroir.isolation.objects import serve_objects


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Answer calls until there are no more."""
    first = json.loads(incoming.readline())
    if first["limits"] is not None:  # else it was held to them when it was born
        impose(Limits(**first["limits"]))
    _die_with(first["lifeline"])
    try:
        handler = _load(first)
    except BaseException as error:  # noqa: BLE001
        _write(outgoing, {"failed": described(error)})
        return
    _write(outgoing, {"ready": True})
    if first["wire"] == "objects":
        serve_objects(cast(Callable[[object], object], handler), incoming, outgoing)
        return
    for line in incoming:
        call = json.loads(line)
        try:
            answer = {"answer": handler(call["method"], call["params"])}
            encoded = encode(answer)
        except BaseException as error:  # noqa: BLE001
            kind = type(error).__name__
            encoded = encode({"raised": described(error), "kind": kind})
        _write_all(outgoing, encoded)


def _load(first: Mapping[str, str]) -> Handler:
    sys.path[:] = first["path"]
    module, _, name = first["factory"].partition(":")
    factory = getattr(import_module(module), name)
    # From our own parent, who alone writes here.
    state = pickle.loads(base64.b64decode(first["state"]))
    handler: Handler = factory(state)
    return handler


def _die_with(lifeline: int) -> None:
    """End as soon as the parent is gone, whatever it died of."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            os.read(lifeline, 1)
        os._exit(1)

    if lifeline >= 0:
        threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _write(outgoing: IO[bytes], message: Mapping[str, object]) -> None:
    _write_all(outgoing, encode(message))


def _write_all(outgoing: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[outgoing.write(view) :]
