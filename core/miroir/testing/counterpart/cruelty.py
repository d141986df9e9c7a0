"""How each fault is carried out on a request that was read whole."""

from __future__ import annotations

import contextlib
import copy
import gzip
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from miroir.testing.counterpart.double import Call, Counterpart, Reply
from miroir.testing.counterpart.faults import COMMITTED, Fault
from miroir.testing.counterpart.wire import head, rendered

_LOGIN = b"<!doctype html><html><title>Connexion</title><form action='/login'></html>"
_BOMB = gzip.compress(gzip.compress(bytes(1 << 26), 9), 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A fault to come: after how many right answers, how many times.

    `status` and `headers` are those of the faults that give one; `body` too.
    `delay_s`: how late what is committed late is.
    """

    fault: Fault
    after: int = 0
    times: int = 1_000_000
    status: int = 500
    headers: dict[str, str]
    body: str = ""
    delay_s: float = 0.3


def carry_out(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket
) -> None:
    """Answer wrongly, or not at all; what is to be committed is."""
    reply = Reply(status=500)
    if armed.fault in COMMITTED or armed.fault is Fault.TWICE:
        reply = double.answer(call)
    with contextlib.suppress(OSError):  # the caller does not wait for ever
        _ANSWERS[armed.fault](armed, call, double, connection, reply)


_Answer = Callable[[Armed, Call, Counterpart, socket.socket, Reply], None]


def _silence(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    connection.settimeout(30)
    connection.recv(1)  # until the caller gives up


def _before_commit(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    reply = copy.deepcopy(double).answer(call)
    connection.sendall(rendered(reply, close=True))
    time.sleep(armed.delay_s)
    double.answer(call)


def _late(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    """The caller is cut off at once, and the work goes on without it."""
    _reset(armed, call, double, connection, _)
    time.sleep(armed.delay_s)
    double.answer(call)


def _no_effect(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    reply = copy.deepcopy(double).answer(call)
    connection.sendall(rendered(reply, close=True))


def _twice(
    armed: Armed,
    call: Call,
    double: Counterpart,
    connection: socket.socket,
    reply: Reply,
) -> None:
    last = double.records[-1]
    double.records.append(replace(last, id=f"{last.id}0"))
    connection.sendall(rendered(reply, close=True))


def _reset(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _half(
    armed: Armed,
    call: Call,
    double: Counterpart,
    connection: socket.socket,
    reply: Reply,
) -> None:
    whole = rendered(reply, close=True)
    connection.sendall(whole[: len(whole) - max(len(reply.body) // 2, 1)])


def _drip(
    armed: Armed,
    call: Call,
    double: Counterpart,
    connection: socket.socket,
    reply: Reply,
) -> None:
    whole = rendered(replace(reply, body=reply.body.ljust(4096)), close=True)
    start = 9 if armed.fault is Fault.DRIP_HEADERS else whole.index(b"\r\n\r\n") + 4
    connection.sendall(whole[:start])
    for byte in whole[start:]:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def _status(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    reply = Reply(status=armed.status, headers=armed.headers, body=armed.body.encode())
    connection.sendall(rendered(reply, close=True))


def _login_page(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    page = Reply(status=200, body=_LOGIN, headers={"Content-Type": "text/html"})
    connection.sendall(rendered(page, close=True))


def _not_json(
    armed: Armed,
    call: Call,
    double: Counterpart,
    connection: socket.socket,
    reply: Reply,
) -> None:
    said = armed.body.encode() or b'{"id": "1", "id": "2", "lag": NaN}'
    reply = replace(reply, status=200, body=said)
    connection.sendall(rendered(reply, close=True))


def _empty(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    connection.sendall(rendered(Reply(status=200), close=True))


def _redirect(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    headers = {"Location": "https://other.example/", **armed.headers}
    reply = Reply(status=armed.status, headers=headers)
    connection.sendall(rendered(reply, close=True))


def _bomb(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    headers = {"Content-Encoding": "gzip, gzip", "Content-Type": "application/json"}
    reply = Reply(status=200, headers=headers, body=_BOMB)
    connection.sendall(rendered(reply, close=True))


def _endless(
    armed: Armed, call: Call, double: Counterpart, connection: socket.socket, _: Reply
) -> None:
    connection.sendall(head(200, {"Content-Type": "application/json"}))
    while True:
        connection.sendall(b" " * 65_536)


_ANSWERS: dict[Fault, _Answer] = {
    Fault.HANG: _silence,
    Fault.HANG_COMMITTED: _silence,
    Fault.ANSWER_BEFORE_COMMIT: _before_commit,
    Fault.COMMIT_LATE: _late,
    Fault.RESET: _reset,
    Fault.RESET_COMMITTED: _reset,
    Fault.HALF_BODY: _half,
    Fault.DRIP: _drip,
    Fault.DRIP_HEADERS: _drip,
    Fault.STATUS: _status,
    Fault.STATUS_COMMITTED: _status,
    Fault.LOGIN_PAGE: _login_page,
    Fault.LOGIN_PAGE_COMMITTED: _login_page,
    Fault.NOT_JSON: _not_json,
    Fault.EMPTY: _empty,
    Fault.NO_EFFECT: _no_effect,
    Fault.TWICE: _twice,
    Fault.REDIRECT: _redirect,
    Fault.GZIP_BOMB: _bomb,
    Fault.ENDLESS: _endless,
}
