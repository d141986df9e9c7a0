"""HTTP/1.1 by hand, so that it can be cut anywhere."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from http import HTTPStatus

from miroir.testing.counterpart.double import Call, Reply

_LONGEST_HEAD = 65_536


def receive(connection: socket.socket) -> Call | None:
    """The next request; None when the caller has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more or len(data) > _LONGEST_HEAD:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, value = line.split(":", 1)
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        more = connection.recv(65_536)
        if not more:
            return None
        body += more
    return Call(method=method, target=target, headers=headers, body=body)


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The status line and the headers."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def rendered(reply: Reply, *, close: bool = False) -> bytes:
    """A whole answer."""
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    if close:
        headers["Connection"] = "close"
    return head(reply.status, headers) + reply.body
