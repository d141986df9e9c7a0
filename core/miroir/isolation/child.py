"""The child: `python -I -m miroir.isolation.child`, started by `ProcessHost`.

One line of JSON per call on its standard input, one per answer on its
standard output. What the handler prints goes to the standard error.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
import resource
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from typing import IO

from miroir.isolation.host import MIB, Handler, encode
from miroir.isolation.inline import described


def main() -> None:
    """Take the two pipes away from the code that will run here, and serve."""
    calls, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    with os.fdopen(calls, "rb") as incoming, os.fdopen(answers, "wb", 0) as outgoing:
        serve(incoming, outgoing)


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Answer calls until there are no more."""
    first = json.loads(incoming.readline())
    _limit(first["limits"])
    _die_with(first["lifeline"])
    try:
        handler = _load(first)
    except BaseException as error:  # noqa: BLE001
        _write(outgoing, {"failed": described(error)})
        return
    _write(outgoing, {"ready": True})
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


def _limit(limits: Mapping[str, int]) -> None:
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["memory_mib"] * MIB),
        (resource.RLIMIT_FSIZE, limits["file_mib"] * MIB),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
    ):
        hardest = resource.getrlimit(kind)[1]
        if hardest != resource.RLIM_INFINITY:
            most = min(most, hardest)
        # Some systems refuse some limits; the others still hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


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


if __name__ == "__main__":
    main()
