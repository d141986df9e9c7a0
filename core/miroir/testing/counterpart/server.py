"""The process of a double: a TLS server, told what to do on its standard input.

Run as `python -m miroir.testing.counterpart.server module:Class certificates`,
it writes its port, then answers one line of JSON per line of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import socket
import ssl
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from miroir.testing.counterpart.certificates import Certificates
from miroir.testing.counterpart.cruelty import Armed, carry_out
from miroir.testing.counterpart.double import Call, Counterpart, Reply
from miroir.testing.counterpart.faults import CONNECTION, Fault
from miroir.testing.counterpart.wire import receive, rendered


class Server:
    """Answers with a double, until a fault is due."""

    def __init__(
        self, double: Counterpart, certificates: Certificates, *, mutual: bool = False
    ) -> None:
        self.double = double
        self.armed: Armed | None = None
        self.calls: list[Call] = []
        self.phases: list[str] = []
        self._lock = threading.RLock()
        authority = certificates.authority if mutual else None
        self._good = _context(certificates.good, authority)
        self._wrong = {
            Fault.TLS_EXPIRED: _context(certificates.expired, authority),
            Fault.TLS_WRONG_HOST: _context(certificates.wrong_host, authority),
        }
        self._door = Door()
        self.port = self._door.port

    def serve(self) -> None:
        """Answer for ever."""
        while True:
            caller = self._door.next()
            threading.Thread(target=self._greet, args=(caller,), daemon=True).start()

    def arm(self, armed: Armed | None) -> None:
        """Have a fault come, or none any more."""
        with self._lock:
            self.armed = armed
            self.phases.clear()
            self.calls.clear()
            self._door.set(self._due(before=True))

    def _greet(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            due = self._due(before=True)
            context = self._wrong.get(due, self._good) if due else self._good
            with context.wrap_socket(connection, server_side=True) as secured:
                while self._handle(secured):
                    pass

    def _handle(self, connection: socket.socket) -> bool:
        """One request; False when the connection is over."""
        call = receive(connection)
        if call is None:
            return False
        with self._lock:
            armed = self.armed
            due = self._due(before=False)
            self.calls.append(call)
            self.phases.append(self.double.phase(call))
            answer = None if due else self.double.answer(call)
            self._door.set(self._due(before=True))
        if armed is not None and due is not None:
            carry_out(armed, call, self.double, connection)
            return False
        # Closed while a fault is due, so that the next request connects again.
        connection.sendall(rendered(answer or Reply(status=500), close=bool(armed)))
        return armed is None

    def _due(self, *, before: bool) -> Fault | None:
        """The fault of the next request: `before` it is read, or of its answer."""
        armed, seen = self.armed, len(self.phases)
        if armed is None or (armed.fault in CONNECTION) is not before:
            return None
        now = armed.after <= seen < armed.after + armed.times
        return armed.fault if now else None


class Door:
    """The port: open, closed, or open with nobody who answers."""

    def __init__(self) -> None:
        self._open: socket.socket | None = None
        self._held: list[socket.socket] = []
        self.port = 0
        self.set(None)

    def next(self) -> socket.socket:
        """The next caller."""
        while True:
            listener = self._open
            if listener is None:
                time.sleep(0.01)
                continue
            with contextlib.suppress(OSError):  # shut meanwhile
                return listener.accept()[0]

    def set(self, fault: Fault | None) -> None:
        """Open as a fault wants it."""
        wanted = fault if fault in (Fault.REFUSED, Fault.CONNECT_TIMEOUT) else None
        if wanted is None and self._open is not None:
            return
        self._shut()
        if wanted is None:
            self._open = self._listen(64)
        elif wanted is Fault.CONNECT_TIMEOUT:
            self._held.append(self._listen(0))
            for _ in range(4):  # its queue is full: whoever comes next waits
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", self.port))
                self._held.append(filler)

    def _shut(self) -> None:
        for one in [*self._held, *filter(None, [self._open])]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)  # wakes who accepts
            one.close()
        self._held.clear()
        self._open = None

    def _listen(self, backlog: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(backlog)
        self.port = int(listener.getsockname()[1])
        return listener


def _context(path: Path, authority: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    if authority is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority)
    return context


def _obey(server: Server, order: dict[str, Any]) -> object:
    """Carry out one line of the standard input."""
    double = server.double
    match order["do"]:
        case "arm":
            given = {key: value for key, value in order.items() if key != "do"}
            server.arm(Armed(**{**given, "fault": Fault(given["fault"])}))
        case "disarm":
            server.arm(None)
        case "phases":
            return server.phases
        case "records":
            return [asdict(one) for one in double.records]
        case "calls":
            return [_shown(one) for one in server.calls]
        case "lag":
            double.lag_s = order["seconds"]
        case "forget":
            double.keys.clear()
        case "clear":
            double.records.clear()
        case "prepare":
            double.prepare(order["name"], order["value"])
    return None


def _shown(call: Call) -> dict[str, object]:
    return {**asdict(call), "body": call.body.decode("utf-8", "replace")}


def main() -> None:
    """Serve the double named on the command line."""
    module, name = sys.argv[1].split(":")
    folder, mutual = Path(sys.argv[2]), sys.argv[3] == "mutual"
    double = getattr(importlib.import_module(module), name)()
    server = Server(double, Certificates.at(folder), mutual=mutual)
    threading.Thread(target=server.serve, daemon=True).start()
    _say(server.port)
    for line in sys.stdin:
        _say(_obey(server, json.loads(line)))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
