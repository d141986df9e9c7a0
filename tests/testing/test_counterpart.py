"""The cruel counterpart itself, in this process: it does what each fault says."""

from __future__ import annotations

import copy
import io
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.testing.counterpart import Call, Certificates, Fault, Reply
from miroir.testing.counterpart import server as serving
from miroir.testing.counterpart.cruelty import Armed
from miroir.testing.counterpart.double import Counterpart, Record
from miroir.testing.counterpart.server import Server
from miroir.testing.counterpart.wire import head, receive

BODY = b'{"reference": "r"}'
ASK = (
    b"POST /records?a=%C3%A9 HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n"
    b"Content-Length: 18\r\n\r\n" + BODY
)


class Records(Counterpart):
    def phase(self, call: Call) -> str:
        return "write" if call.method == "POST" else "look_up"

    def answer(self, call: Call) -> Reply:
        asked = call.json()
        assert isinstance(asked, dict) and call.query == {"a": "é"}
        made = Record(
            id=str(len(self.records)), reference=asked["reference"], fields={}
        )
        self.records.append(made)
        return Reply.of(201, {"id": made.id})


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[Server]:
    started = Server(Records(), certificates)
    threading.Thread(target=started.serve, daemon=True).start()
    yield started
    started.arm(Armed(fault=Fault.REFUSED, headers={}))  # nobody is let in any more


def asked(server: Server, certificates: Certificates, *, seconds: float = 5) -> bytes:
    """What one request gets, until the end or for a second."""
    context = ssl.create_default_context(cafile=certificates.authority)
    address = ("127.0.0.1", server.port)
    got = b""
    with (
        socket.create_connection(address, timeout=seconds) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(ASK)
        secured.settimeout(1)
        end = time.monotonic() + 1
        while len(got) < 200_000 and time.monotonic() < end:
            try:
                more = secured.recv(65_536)
            except (TimeoutError, ConnectionResetError):
                break
            if not more:
                break
            got += more
    return got


def armed(fault: Fault, **more: object) -> Armed:
    return Armed(fault=fault, headers={}, delay_s=0.05, **more)  # type: ignore[arg-type]


def test_it_answers_until_a_fault_is_due(
    server: Server, certificates: Certificates
) -> None:
    assert asked(server, certificates).endswith(b'{"id": "0"}')
    server.arm(armed(Fault.STATUS, after=1, times=1, status=503, body="later"))
    assert b" 201 Created" in asked(server, certificates)
    assert b" 503 " in asked(server, certificates)
    assert b" 201 Created" in asked(server, certificates)
    assert server.phases == ["write"] * 3
    assert len(server.double.records) == 3


@pytest.mark.parametrize(
    ("fault", "effects", "seen"),
    [
        (Fault.HANG, 0, b""),
        (Fault.HANG_COMMITTED, 1, b""),
        (Fault.ANSWER_BEFORE_COMMIT, 1, b'{"id": "0"}'),
        (Fault.RESET, 0, b""),
        (Fault.RESET_COMMITTED, 1, b""),
        (Fault.HALF_BODY, 1, b'{"id"'),
        (Fault.DRIP_HEADERS, 1, b"HTTP/1.1 "),
        (Fault.DRIP, 1, b"Content-Length: 4096"),
        (Fault.STATUS, 0, b" 500 "),
        (Fault.STATUS_COMMITTED, 1, b" 500 "),
        (Fault.LOGIN_PAGE, 0, b"Connexion"),
        (Fault.LOGIN_PAGE_COMMITTED, 1, b"Connexion"),
        (Fault.NOT_JSON, 1, b"NaN"),
        (Fault.EMPTY, 1, b"Content-Length: 0"),
        (Fault.NO_EFFECT, 0, b'{"id": "0"}'),
        (Fault.TWICE, 2, b'{"id": "0"}'),
        (Fault.REDIRECT, 0, b"Location: https://other.example/"),
        (Fault.GZIP_BOMB, 1, b"gzip, gzip"),
        (Fault.ENDLESS, 1, b"    "),
    ],
)
def test_each_fault(
    server: Server, certificates: Certificates, fault: Fault, effects: int, seen: bytes
) -> None:
    server.arm(armed(fault))
    got = asked(server, certificates)
    assert seen in got
    assert bool(got) is bool(seen)
    if fault is Fault.ANSWER_BEFORE_COMMIT:
        assert len(server.double.records) <= 1
        _wait_for(server, 1)
    assert len(server.double.records) == effects


def test_a_commit_that_comes_late(server: Server, certificates: Certificates) -> None:
    server.arm(armed(Fault.COMMIT_LATE))
    assert asked(server, certificates) == b""
    _wait_for(server, 1)


def _wait_for(server: Server, effects: int) -> None:
    for _ in range(200):
        if len(server.double.records) == effects:
            return
        threading.Event().wait(0.01)
    raise AssertionError(server.double.records)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.REFUSED, ConnectionRefusedError),
        (Fault.CONNECT_TIMEOUT, TimeoutError),
        (Fault.TLS_EXPIRED, ssl.SSLCertVerificationError),
        (Fault.TLS_WRONG_HOST, ssl.SSLCertVerificationError),
    ],
)
def test_what_comes_before_a_request(
    server: Server, certificates: Certificates, fault: Fault, error: type[Exception]
) -> None:
    server.arm(armed(fault))
    with pytest.raises(error):
        asked(server, certificates, seconds=0.5)
    server.arm(None)
    assert b" 201 Created" in asked(server, certificates)


def test_a_caller_without_a_certificate_is_refused(certificates: Certificates) -> None:
    server = Server(Records(), certificates, mutual=True)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        got = asked(server, certificates)
    except (ssl.SSLError, ConnectionResetError):  # whichever comes first
        got = b""
    assert got == b""
    assert server.phases == []


def test_orders_come_by_the_standard_input(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[dict[str, object]] = [
        {"do": "lag", "seconds": 3},
        {"do": "arm", "fault": "status", "headers": {}, "status": 500},
        {"do": "disarm"},
        {"do": "phases"},
        {"do": "calls"},
        {"do": "records"},
        {"do": "forget"},
        {"do": "clear"},
        {"do": "nothing"},
    ]
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, orders))))
    monkeypatch.setattr(sys, "stdout", said)
    name, folder = "tests.doubles.notes:Notes", certificates.authority.parent
    monkeypatch.setattr(sys, "argv", ["server", name, str(folder), "open"])
    serving.main()
    port, *answers = map(json.loads, said.getvalue().splitlines())
    assert 1024 < port < 65_536
    assert answers == [None, None, None, [], [], [], None, None, None]


def test_a_double_prepares_what_it_knows() -> None:
    with pytest.raises(ValueError, match="cannot prepare 'accounts'"):
        Records().prepare("accounts", [])
    double = Records()
    double.records.append(Record(id="1", reference="r", fields={}))
    assert len(double.visible()) == 1
    double.lag_s = 60
    assert double.visible() == []
    assert copy.deepcopy(double).records == double.records


def test_a_request_that_is_cut_is_none(tmp_path: Path) -> None:
    for cut in (10, len(ASK) - 3):
        ours, theirs = socket.socketpair()
        ours.sendall(ASK[:cut])
        ours.close()
        assert receive(theirs) is None
        theirs.close()
    form = Call(method="POST", target="/", headers={}, body=b"a=1&b=")
    assert form.form == {"a": "1", "b": ""}
    assert head(799, {}).startswith(b"HTTP/1.1 799 Unknown")
    assert Reply.of(204).body == b""
