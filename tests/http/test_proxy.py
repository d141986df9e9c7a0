"""Through a proxy that is named: a real tunnel, on a socket of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from miroir.errors import ActionNotSent, OutcomeUnknown
from miroir.http import HttpClient, Request, Tls
from miroir.testing.counterpart import Fault, Running

from tests.http.clients import QUICK, client


class Proxy:
    """Opens tunnels to where it is asked; `refuses` says no to the next ones."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(caller,), daemon=True).start()

    def _tunnel(self, caller: socket.socket) -> None:
        first = caller.recv(65_536).decode("latin-1").split("\r\n")[0]
        self.asked.append(first)
        if self.refuses:
            caller.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            caller.close()
            return
        host, port = first.split(" ")[1].split(":")
        there = socket.create_connection((host, int(port)))
        caller.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pump, args=(there, caller), daemon=True)
        back.start()
        _pump(caller, there)
        back.join()
        caller.close()
        there.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    started = Proxy()
    yield started
    started.close()


def through(notes: Running, proxy: Proxy) -> HttpClient:
    plain = client(notes)
    return HttpClient(
        plain.base,
        authentication=plain.authentication,
        limits=QUICK,
        tls=Tls(authorities=notes.certificates.authority),
        proxy=proxy.address,
    )


WRITE = Request(
    what="write the note",
    method="POST",
    path="notes",
    json={"reference": "r1", "text": "Appel"},
)


def test_a_call_goes_through_the_proxy(notes: Running, proxy: Proxy) -> None:
    assert through(notes, proxy).send(WRITE).status == 201
    assert proxy.asked == [f"CONNECT localhost:{notes.port} HTTP/1.0"] or (
        proxy.asked == [f"CONNECT localhost:{notes.port} HTTP/1.1"]
    )


def test_a_proxy_that_refuses_leaves_nothing_sent(notes: Running, proxy: Proxy) -> None:
    proxy.refuses = True
    with pytest.raises(ActionNotSent):
        through(notes, proxy).send(WRITE)
    assert notes.calls() == []


@pytest.mark.parametrize(
    "fault", [Fault.HANG_COMMITTED, Fault.DRIP, Fault.RESET_COMMITTED]
)
def test_what_is_lost_behind_a_proxy_is_unknown(
    notes: Running, proxy: Proxy, fault: Fault
) -> None:
    notes.arm(fault, after=1)
    with pytest.raises(OutcomeUnknown):
        through(notes, proxy).send(WRITE)
    assert notes.effects("r1") == 1


def test_a_certificate_behind_a_proxy_is_verified(notes: Running, proxy: Proxy) -> None:
    notes.arm(Fault.TLS_WRONG_HOST, after=1)
    with pytest.raises(ActionNotSent, match="certificate"):
        through(notes, proxy).send(WRITE)
    assert notes.effects("r1") == 0
