"""A relay before a real server: what goes wrong is the way, the server is real."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from socketserver import BaseRequestHandler, ThreadingTCPServer

_BLOCK = 1 << 14


class Wrong(Enum):
    """What happens once enough of an answer has passed."""

    CUT = "the connection ends"
    STALLED = "nothing more comes"


@contextmanager
def relayed(port: int, wrong: Wrong, after: int) -> Iterator[int]:
    """A port of this machine behind which `port` is, for `after` bytes of answer.

    The bytes of one connection are counted together.
    """
    ended = threading.Event()

    class Way(BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as server:
                asking = threading.Thread(
                    target=_pass, args=(self.request, server), daemon=True
                )
                asking.start()
                if not _pass(server, self.request, after) and wrong is Wrong.STALLED:
                    ended.wait(30)

    with ThreadingTCPServer(("127.0.0.1", 0), Way) as relay:
        relay.daemon_threads = True
        threading.Thread(target=relay.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield int(relay.server_address[1])
        finally:
            ended.set()
            relay.shutdown()


def _pass(source: socket.socket, target: socket.socket, most: int = 0) -> bool:
    """Pass bytes on until there are none; False when `most` were passed before."""
    passed = 0
    with suppress(OSError):
        while data := source.recv(_BLOCK):
            if most and passed + len(data) > most:
                target.sendall(data[: most - passed])
                return False
            target.sendall(data)
            passed += len(data)
        target.shutdown(socket.SHUT_WR)
    return True
