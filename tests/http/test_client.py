"""What a call comes to, when the other side is right and when it is not."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from miroir.errors import (
    ActionNotSent,
    ActionRefused,
    ConfigurationError,
    MiroirError,
    OutcomeUnknown,
    PreconditionFailed,
)
from miroir.http import (
    ApiKey,
    Authentication,
    Basic,
    ClientCredentials,
    HttpClient,
    Limits,
    Request,
    Semantics,
    Tls,
)
from miroir.testing.counterpart import Certificates, Fault, Running, running

from tests.doubles.notes import CLIENT
from tests.http.clients import QUICK, client, look_up, write

NIR = "1850578006084"
TOO_BUSY_IS_REFUSED = Semantics(applied_on_429=False, applied_on_503=False)


def test_one_token_serves_a_look_up_and_a_write(notes: Running) -> None:
    exchange = client(notes).exchange()
    assert look_up(exchange, "r1") == []
    assert write(exchange, "r1") in look_up(exchange, "r1")
    assert notes.phases() == ["token", "look_up", "write", "look_up"]


NOT_SENT = [
    Fault.REFUSED,
    Fault.CONNECT_TIMEOUT,
    Fault.TLS_EXPIRED,
    Fault.TLS_WRONG_HOST,
]


@pytest.mark.parametrize("fault", NOT_SENT)
def test_what_fails_before_it_is_sent_is_not_sent(notes: Running, fault: Fault) -> None:
    notes.arm(fault, after=1)  # the token is given
    with pytest.raises(ActionNotSent, match="write the note"):
        write(client(notes).exchange(), "r1")
    assert notes.effects("r1") == 0


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.TLS_EXPIRED])
def test_what_was_not_sent_is_sent_again(notes: Running, fault: Fault) -> None:
    notes.arm(fault, after=1)
    threading.Timer(0.3, notes.disarm).start()
    patient = Limits(deadline_s=5, tries=10, first_wait_s=0.1)
    assert write(client(notes, limits=patient).exchange(), "r1")
    assert notes.effects("r1") == 1


UNKNOWN = [
    (Fault.HANG, 0),
    (Fault.HANG_COMMITTED, 1),
    (Fault.RESET, 0),
    (Fault.RESET_COMMITTED, 1),
    (Fault.HALF_BODY, 1),
    (Fault.DRIP, 1),
    (Fault.DRIP_HEADERS, 1),
    (Fault.STATUS, 0),
    (Fault.STATUS_COMMITTED, 1),
    (Fault.LOGIN_PAGE, 0),
    (Fault.LOGIN_PAGE_COMMITTED, 1),
    (Fault.NOT_JSON, 1),
    (Fault.EMPTY, 1),
    (Fault.GZIP_BOMB, 1),
    (Fault.ENDLESS, 1),
]


@pytest.mark.parametrize(("fault", "effects"), UNKNOWN)
def test_a_write_whose_answer_is_lost_is_unknown_and_sent_once(
    notes: Running, fault: Fault, effects: int
) -> None:
    notes.arm(fault, after=1)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match="write the note"):
        write(client(notes).exchange(), "r1")
    assert time.monotonic() - began < QUICK.deadline_s + 0.5
    assert notes.effects("r1") == effects
    assert notes.phases().count("write") == 1


@pytest.mark.parametrize("fault", [one for one, _ in UNKNOWN])
def test_a_read_that_fails_did_nothing(notes: Running, fault: Fault) -> None:
    notes.arm(fault, after=1)
    with pytest.raises(ActionNotSent, match="search the note"):
        look_up(client(notes).exchange(), "r1")


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.STATUS, Fault.HALF_BODY])
def test_a_read_is_tried_again(notes: Running, fault: Fault) -> None:
    notes.arm(fault, after=1, times=1, status=502)
    assert look_up(client(notes).exchange(), "r1") == []


@pytest.mark.parametrize("fault", [one for one, _ in UNKNOWN])
def test_a_token_that_is_not_given_leaves_nothing_sent(
    notes: Running, fault: Fault
) -> None:
    notes.arm(fault)
    with pytest.raises(ActionNotSent, match="ask for a token"):
        write(client(notes).exchange(), "r1")
    assert notes.effects("r1") == 0


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422])
def test_a_refusal_says_its_status(notes: Running, status: int) -> None:
    notes.arm(Fault.STATUS, after=1, status=status, body='{"error": "no"}')
    with pytest.raises(ActionRefused, match=f"answer {status}") as refused:
        write(client(notes).exchange(), "r1")
    assert refused.value.code == str(status)
    assert notes.phases().count("write") == 1


def test_a_precondition_that_fails(notes: Running) -> None:
    notes.arm(Fault.STATUS, after=1, status=412)
    with pytest.raises(PreconditionFailed):
        write(client(notes).exchange(), "r1")


def test_a_key_still_at_work_is_unknown_where_it_means_so(notes: Running) -> None:
    notes.arm(Fault.STATUS, after=1, status=409)
    keyed = Semantics(in_progress=frozenset({409}))
    with pytest.raises(OutcomeUnknown, match="still at work"):
        write(client(notes, semantics=keyed).exchange(), "r1")


@pytest.mark.parametrize("status", [408, 500, 501, 502, 504, 507])
def test_a_server_error_is_unknown(notes: Running, status: int) -> None:
    notes.arm(Fault.STATUS, after=1, status=status)
    with pytest.raises(OutcomeUnknown):
        write(client(notes).exchange(), "r1")


def test_an_expected_status_is_an_answer(notes: Running) -> None:
    request = Request(
        what="read", path="/nothing", expected=frozenset({404}), headers={"X-A": "b"}
    )
    assert client(notes).send(request).status == 404


@pytest.mark.parametrize("status", [429, 503])
def test_too_busy_is_unknown_unless_the_system_says_otherwise(
    notes: Running, status: int
) -> None:
    notes.arm(Fault.STATUS, after=1, status=status, headers={"Retry-After": "1"})
    with pytest.raises(OutcomeUnknown):
        write(client(notes).exchange(), "r1")


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_that_is_asked_for_is_made(notes: Running, status: int) -> None:
    notes.arm(
        Fault.STATUS, after=1, times=1, status=status, headers={"Retry-After": "1"}
    )
    began = time.monotonic()
    caller = client(notes, semantics=TOO_BUSY_IS_REFUSED, limits=Limits(deadline_s=5))
    assert write(caller.exchange(), "r1")
    assert time.monotonic() - began > 0.9
    assert notes.effects("r1") == 1


IN_TWO_HOURS = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
LONG_AGO = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", 30.0),
        (IN_TWO_HOURS, 3600.0),
        (LONG_AGO, 0.0),
        ("999999999999999999999", 3600.0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
    ids=("30s", "two hours", "long ago", "absurd", "negative", "no number", "empty"),
)
def test_a_long_wait_is_handed_back_and_bounded(
    notes: Running, header: str, wait: float | None
) -> None:
    notes.arm(Fault.STATUS, after=1, status=429, headers={"Retry-After": header})
    with pytest.raises(ActionNotSent) as failed:
        write(client(notes, semantics=TOO_BUSY_IS_REFUSED).exchange(), "r1")
    assert failed.value.retry_after == wait
    assert notes.effects("r1") == 0


def test_a_token_refused_once_is_asked_for_again(notes: Running) -> None:
    caller = client(notes)
    look_up(caller.exchange(), "r1")
    look_up(client(notes).exchange(), "r1")  # the first token is not valid any more
    assert write(caller.exchange(), "r1")
    assert notes.effects("r1") == 1


def test_a_token_refused_twice_is_a_refusal(notes: Running) -> None:
    notes.arm(Fault.STATUS, after=1, times=1, status=401)
    assert write(client(notes).exchange(), "r1")
    notes.disarm()
    with pytest.raises(ActionRefused) as refused:
        client(notes, secret="wrong").send(Request(what="read", path="/notes"))
    assert refused.value.code == "401"
    assert notes.phases() == ["token"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_is_refused(notes: Running, status: int) -> None:
    notes.arm(Fault.REDIRECT, after=1, status=status)
    with pytest.raises(ActionRefused, match="redirects are not followed"):
        write(client(notes).exchange(), "r1")


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_after_a_form_may_follow_an_effect(
    notes: Running, status: int
) -> None:
    notes.arm(Fault.REDIRECT, after=1, status=status)
    with pytest.raises(OutcomeUnknown, match="redirects are not followed"):
        write(client(notes).exchange(), "r1")
    with pytest.raises(ActionRefused):
        look_up(client(notes).exchange(), "r1")


def test_a_stop_cuts_a_wait_short(notes: Running) -> None:
    stop = threading.Event()
    notes.arm(Fault.STATUS, after=1, status=429, headers={"Retry-After": "1000"})
    patient = Limits(deadline_s=5_000)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(ActionNotSent):
        write(
            client(
                notes, limits=patient, semantics=TOO_BUSY_IS_REFUSED, stop=stop
            ).exchange(),
            "r1",
        )
    assert time.monotonic() - began < 5


def test_a_name_that_is_not_known() -> None:
    caller = HttpClient("https://crm.invalid", limits=QUICK)
    with pytest.raises(ActionNotSent, match="the name of the host is not known"):
        caller.send(Request(what="write", method="POST", json={}))


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    # The one thing here that is not real: a resolver cannot be told to hang.
    over = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        over.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    caller = HttpClient("https://crm.invalid", limits=QUICK)
    began = time.monotonic()
    with pytest.raises(ActionNotSent, match="not resolved in time"):
        caller.send(Request(what="write", method="POST", json={}))
    assert time.monotonic() - began < 2
    over.set()


def test_both_sides_show_a_certificate(certificates: Certificates) -> None:
    ours = Tls(authorities=certificates.authority, certificate=certificates.client)
    none = Tls(authorities=certificates.authority)
    request = Request(what="write", method="POST", path="/token", json={})
    with running("tests.doubles.notes:Notes", certificates, mutual=True) as notes:
        with pytest.raises(ActionRefused) as refused:
            HttpClient(notes.base, tls=ours, limits=QUICK).send(request)
        assert refused.value.code == "401"
        # TLS 1.3 refuses after our first bytes; the alert may be lost on its way.
        with pytest.raises((ActionNotSent, OutcomeUnknown)):
            HttpClient(notes.base, tls=none, limits=QUICK).send(request)
        assert notes.phases() == ["token"]


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("http://crm.example", "expected https"),
        ("ftp://crm.example", "expected an address"),
        ("https://user:pw@crm.example", "without a password"),
        ("crm.example", "expected an address"),
    ],
)
def test_an_address_that_is_not_one(base: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        HttpClient(base)


def test_only_the_hosts_that_are_allowed() -> None:
    caller = HttpClient("https://crm.example", hosts=("login.example",))
    assert caller.address(Request(what="a", path="https://login.example/t"))
    with pytest.raises(ConfigurationError, match="not allowed"):
        caller.send(Request(what="a", path="https://evil.example/t"))
    assert HttpClient("http://crm.example", plain=True)
    assert HttpClient("http://127.0.0.1:1")
    # Not a host, whatever it looks like.
    path = "//evil.example/t"
    assert caller.address(Request(what="a", path=path)).startswith(
        "https://crm.example/"
    )


def test_a_certificate_that_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("nothing")
    for name in ("key.pem", "absent.pem"):
        with pytest.raises(ConfigurationError, match=name):
            HttpClient("https://a.example", tls=Tls(certificate=tmp_path / name))


def test_the_environment_has_no_say(
    notes: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    assert look_up(client(notes).exchange(), "r1") == []


@pytest.mark.parametrize(
    "request_",
    [
        Request(what="w", method="POST", json={"a": float("nan")}),
        Request(what="w", headers={"X-A": f"{NIR}\r\nX-B: c"}),
        Request(what="w", headers={"X-A": "\u2026"}),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(
    notes: Running, request_: Request
) -> None:
    tls = Tls(authorities=notes.certificates.authority)
    with pytest.raises(ActionRefused, match="cannot be written") as refused:
        HttpClient(notes.base, tls=tls, limits=QUICK).send(request_)
    assert refused.value.code == "request"
    assert NIR not in str(refused.value)
    assert notes.calls() == []


SECRETS = (CLIENT[1], "token-1", NIR, "reference=")


@pytest.mark.parametrize("fault", [Fault.REFUSED, *(one for one, _ in UNKNOWN)])
def test_an_error_holds_no_secret_whatever_lies_behind_it(
    notes: Running, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notes.arm(fault, after=1, headers={"X-Echo": NIR}, body=NIR)
    for call in (look_up, write):
        with pytest.raises(MiroirError) as failed:
            call(client(notes).exchange(), NIR)
        shown = "".join(traceback.format_exception(failed.value))
        shown = "\n".join(
            line for line in shown.splitlines() if not line.startswith("    ")
        )
        for secret in SECRETS:
            assert secret not in shown + caplog.text
        assert failed.value.__context__ is None
        assert failed.value.__cause__ is None


def test_the_logs_of_urllib3_show_no_query(
    notes: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    look_up(client(notes).exchange(), NIR)
    assert '"GET /notes?••• HTTP/1.1" 200' in caplog.text
    assert NIR not in caplog.text


@pytest.mark.parametrize(
    ("identity", "header"),
    [
        (ApiKey(key="k"), ("Authorization", "Bearer k")),
        (ApiKey(key="k", header="X-Key", scheme=""), ("X-Key", "k")),
        (Basic(user="u", password="é"), ("Authorization", "Basic dTrDqQ==")),
    ],
)
def test_who_we_say_we_are(
    notes: Running, identity: Authentication, header: tuple[str, str]
) -> None:
    tls = Tls(authorities=notes.certificates.authority)
    caller = HttpClient(notes.base, authentication=identity, tls=tls, limits=QUICK)
    with pytest.raises(ActionRefused):
        caller.send(Request(what="read", path="/notes"))
    caller.close()
    assert notes.calls()[0]["headers"][header[0].lower()] == header[1]
    assert len(notes.calls()) == 1


def test_a_client_named_in_the_form(notes: Running) -> None:
    login = ClientCredentials(
        url=f"{notes.base}/token",
        client_id="m",
        client_secret="s&=",
        scope="crm",
        in_form=True,
    )
    tls = Tls(authorities=notes.certificates.authority)
    with pytest.raises(ActionRefused):
        HttpClient(notes.base, authentication=login, tls=tls).send(Request(what="r"))
    assert notes.calls()[0]["body"] == (
        "grant_type=client_credentials&scope=crm&client_id=m&client_secret=s%26%3D"
    )


def test_what_is_asked_and_answered_never_shows() -> None:
    request = Request(
        what="w", path=NIR, json=NIR, headers={"k": NIR}, query={"q": NIR}
    )
    shown = [
        request,
        ApiKey(key=NIR),
        Basic(user="u", password=NIR),
        HttpClient("https://a.example", authentication=ApiKey(key=NIR)),
    ]
    assert NIR not in repr(shown) + str(shown)
