"""A relay before a real Tryton: what goes wrong is the way, the work is real."""

from __future__ import annotations

from http.client import HTTPConnection

from miroir.testing.counterpart import Call, Reply
from miroir_connectors.testing.doubles.tryton import Tryton


class Relay(Tryton):
    """Hands every call to the server at `upstream`, a port of this machine."""

    def __init__(self) -> None:
        super().__init__()
        self._port = 0

    def prepare(self, name: str, value: object) -> None:
        if name != "upstream" or not isinstance(value, int):
            raise ValueError(name)
        self._port = value

    def answer(self, call: Call) -> Reply:
        kept = ("authorization", "content-type", "accept")
        headers = {name: call.headers[name] for name in kept if name in call.headers}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        connection.request(call.method, call.target, call.body, headers)
        answer = connection.getresponse()
        said = {"Content-Type": answer.headers.get("Content-Type", "")}
        reply = Reply(status=answer.status, body=answer.read(), headers=said)
        connection.close()
        return reply
