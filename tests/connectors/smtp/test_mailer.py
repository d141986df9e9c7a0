"""Mail through a real Postfix, read back from a real Dovecot; and lost answers."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    Attachment,
    DeliveryClass,
    DestinationError,
    HandOver,
    Intent,
    Mail,
    OutcomeUnknown,
    Secret,
)
from miroir_connectors.hand_over.mail import HandOverMail
from miroir_connectors.smtp.mailer import SmtpMailer
from miroir_connectors.testing.doubles.smtp import Double, double

from tests.connectors.smtp.mail_server import (
    PASSWORD,
    USER,
    MailServer,
    mail_server,
    missing,
)

SIREN = "999000015"
MAIL = Mail(
    siren=SIREN,
    to=("paie@example.org",),
    subject="Vos DSN de janvier à mars 2026 : correction à prévoir",
    text="Bonjour,\n\n.Un point en début de ligne, et des accents : é, œ, €.\n",
    html="<p>Bonjour,</p><p>Une correction est à prévoir.</p>",
    reply_to="marie@example.org",
)


def intent(name: str, attempt: int = 1) -> Intent:
    key = hashlib.sha256(name.encode()).hexdigest()
    return Intent(key=key, siren=SIREN, attempt=attempt)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    if reason := missing():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with mail_server() as running:
        yield running


@pytest.fixture
def mailer(server: MailServer) -> SmtpMailer:
    return SmtpMailer(
        host="localhost",
        port=server.smtp,
        sender="Fiabilisation <gps@example.org>",
        user=USER,
        password=Secret(PASSWORD),
        ca_file=server.certificates.authority,
    )


def attachment(content: bytes, name: str = "synthèse.pdf") -> Attachment:
    return Attachment(
        name=name,
        media_type="application/pdf",
        content=base64.b64encode(content).decode(),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_a_mail_arrives_whole(server: MailServer, mailer: SmtpMailer) -> None:
    content = bytes(range(256)) * 40
    sent = replace(MAIL, attachments=(attachment(content),))
    receipt = mailer.send(sent, intent("whole"))
    (mail,) = server.mails("paie@example.org", 1)
    assert mail["Message-ID"] == receipt.id == f"<{intent('whole').key}@example.org>"
    assert mail["Subject"] == MAIL.subject
    assert mail["From"] == "Fiabilisation <gps@example.org>"
    assert mail["Reply-To"] == "marie@example.org"
    assert mail["X-Miroir-Reference"] == intent("whole").reference
    body, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None and page is not None
    assert body.get_content().replace("\r\n", "\n") == MAIL.text
    assert "Une correction est à prévoir" in page.get_content()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "synthèse.pdf"
    assert attached.get_content() == content
    assert receipt.facts["recipient_1"] == "accepted"
    assert len(receipt.facts["sha256"]) == 64
    assert "paie" not in str(receipt.facts)


def test_tls_from_the_start_works_too(server: MailServer, mailer: SmtpMailer) -> None:
    implicit = replace(mailer, port=server.smtps, security="tls")
    implicit.check()
    implicit.send(replace(MAIL, to=("tls@example.org",)), intent("tls"))
    assert len(server.mails("tls@example.org", 1)) == 1


def test_each_recipient_has_its_outcome(server: MailServer, mailer: SmtpMailer) -> None:
    three = ("un@example.org", "nobody@example.org", "deux@example.org")
    receipt = mailer.send(replace(MAIL, to=three), intent("several"))
    states = [receipt.facts[f"recipient_{rank}"] for rank in (1, 2, 3)]
    assert states == ["accepted", "refused 554", "accepted"]
    for address in ("un@example.org", "deux@example.org"):
        assert len(server.mails(address, 1)) == 1
    with pytest.raises(ActionRefused, match="no recipient was accepted"):
        mailer.send(replace(MAIL, to=("nobody@example.org",)), intent("nobody"))


def test_nobody_is_sent_anything_while_one_is_put_off(
    server: MailServer, mailer: SmtpMailer
) -> None:
    two = replace(MAIL, to=("trois@example.org", "later@example.org"))
    for attempt in (1, 2, 3):
        with pytest.raises(ActionNotSent, match="recipient_2 deferred 450"):
            mailer.send(two, intent("later", attempt))
    assert server.mails("trois@example.org", 1, seconds=0.5) == []
    receipt = mailer.send(two, intent("later", 4))
    assert receipt.facts["recipient_2"] == "deferred 450"
    assert len(server.mails("trois@example.org", 1)) == 1


def test_what_the_server_refuses_is_refused(mailer: SmtpMailer) -> None:
    mailer.check()
    with pytest.raises(ActionRefused, match=r"refused the message \(552\)"):
        big = attachment(b"x" * 300_000)
        mailer.send(replace(MAIL, attachments=(big,)), intent("big"))
    with pytest.raises(ActionNotSent, match="535 was answered") as caught:
        wrong = replace(mailer, password=Secret("faux"))
        wrong.send(MAIL, intent("wrong"))
    assert "faux" not in str(caught.value)
    with pytest.raises(DestinationError, match="535"):
        replace(mailer, password=Secret("faux")).check()


def test_a_stranger_in_the_place_of_the_server_is_sent_nothing(
    mailer: SmtpMailer, tmp_path: Path
) -> None:
    with pytest.raises(ActionNotSent, match="TLS failed"):
        replace(mailer, ca_file=None).send(MAIL, intent("stranger"))
    with pytest.raises(ActionNotSent, match="correct `ca_file`"):
        replace(mailer, ca_file=tmp_path / "none").send(MAIL, intent("no authority"))
    with pytest.raises(ActionNotSent, match="does not offer"):
        clear = replace(mailer, security="none")
        clear.send(MAIL, intent("log-in offered with TLS only"))


def test_a_case_is_given_to_a_service_by_mail(server: MailServer) -> None:
    desk = HandOverMail(
        host="localhost",
        port=server.smtp,
        sender="Fiabilisation <gps@example.org>",
        user=USER,
        password=Secret(PASSWORD),
        ca_file=server.certificates.authority,
        addresses={"referent": "referent@example.org"},
        reply_to="fiabilisation@example.org",
    )
    case = HandOver(
        siren=SIREN,
        service="referent",
        reference="MIR-999000015-ABCDEF",
        subject="CRM rejeté",
        text="Les CRM de mars ne sont pas intégrés.",
        evidence=(attachment(b"mois;siret", "ecarts.csv"),),
    )
    assert desk.send(case, intent("case")).facts["recipient_1"] == "accepted"
    (mail,) = server.mails("referent@example.org", 1)
    assert mail["Subject"] == "MIR-999000015-ABCDEF : CRM rejeté"
    assert mail["Reply-To"] == "fiabilisation@example.org"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "répéter la référence MIR-999000015-ABCDEF" in body.get_content()
    assert [one.get_filename() for one in mail.iter_attachments()] == ["ecarts.csv"]
    with pytest.raises(ActionRefused, match="no address is known"):
        desk.send(replace(case, service="adhesion"), intent("other"))


NOT_SENT, REFUSED, UNKNOWN = ActionNotSent, ActionRefused, OutcomeUnknown
EXPECTED: dict[str, dict[str, type[Exception]]] = {
    "connect": dict.fromkeys(("450", "550", "drop", "hang", "garbage"), NOT_SENT),
    "ehlo": dict.fromkeys(("450", "550", "drop", "hang", "garbage"), NOT_SENT),
    **{
        stage: {
            **dict.fromkeys(("450", "drop", "hang", "garbage"), NOT_SENT),
            "550": REFUSED,
        }
        for stage in ("mail", "rcpt", "data")
    },
    "body": {"drop": UNKNOWN},
    "dot": {
        "450": NOT_SENT,
        "550": REFUSED,
        **dict.fromkeys(("drop", "hang", "garbage", "drip"), UNKNOWN),
        **dict.fromkeys(("accept-drop", "accept-hang"), UNKNOWN),
    },
}
CELLS = [(stage, way) for stage, ways in EXPECTED.items() for way in ways]


@pytest.fixture(scope="module")
def cruel() -> Iterator[Double]:
    with double() as running:
        yield running


@pytest.mark.parametrize(("stage", "way"), CELLS)
def test_a_fault_means_what_the_protocol_says(
    cruel: Double, stage: str, way: str
) -> None:
    mailer = SmtpMailer(
        host="127.0.0.1",
        port=cruel.port,
        security="none",
        sender="gps@example.org",
        step_s=1.0,
        deadline_s=2.5,
    )
    cruel.go_wrong(stage, way)
    begun = time.monotonic()
    with pytest.raises(EXPECTED[stage][way]):
        mailer.send(MAIL, intent(f"{stage} {way}"))
    assert time.monotonic() - begun < 10
    taken = cruel.taken()
    if EXPECTED[stage][way] is not UNKNOWN:
        assert taken == 0
    elif way.startswith("accept"):
        assert taken == 1
    cruel.go_wrong("none", "none")
    patient = replace(mailer, step_s=20, deadline_s=30)
    assert patient.send(MAIL, intent("right again")).facts["answer"] == "250 taken"


def test_a_server_that_is_not_there_is_not_sent_anything() -> None:
    gone = SmtpMailer(host="127.0.0.1", port=1, security="none", sender="a@b.example")
    with pytest.raises(ActionNotSent, match="Connection refused"):
        gone.send(MAIL, intent("gone"))
    with pytest.raises(DestinationError, match="Connection refused"):
        gone.check()
    nowhere = replace(gone, host="mail.invalid", clear=True)
    with pytest.raises(ActionNotSent, match=r"mail\.invalid"):
        nowhere.send(MAIL, intent("nowhere"))


def test_check_needs_a_server_that_answers(cruel: Double) -> None:
    mailer = SmtpMailer(
        host="127.0.0.1", port=cruel.port, security="none", sender="gps@example.org"
    )
    mailer.check()
    assert mailer.promise.delivery is DeliveryClass.BLIND


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ("paie@example.org\r\nBcc: x@example.org",)}, "recipient"),
        ({"to": ("paie",)}, "recipient"),
        ({"to": ("é@example.org",)}, "recipient"),
        ({"to": ()}, "recipients"),
        ({"subject": "deux\nlignes"}, "composition"),
        ({"reply_to": "a@b.example\r\nBcc: c@d.example"}, "composition"),
    ],
)
def test_what_makes_no_mail_is_refused(change: dict[str, object], code: str) -> None:
    mailer = SmtpMailer(host="127.0.0.1", security="none", sender="gps@example.org")
    with pytest.raises(ActionRefused) as caught:
        mailer.send(replace(MAIL, **change), intent("bad"))  # type: ignore[arg-type]
    assert caught.value.code == code
    assert "example.org" not in str(caught.value)


def test_an_attachment_that_was_changed_is_refused() -> None:
    mailer = SmtpMailer(host="127.0.0.1", security="none", sender="gps@example.org")
    other = replace(attachment(b"one"), sha256="0" * 64)
    with pytest.raises(ActionRefused, match="sha256 differs"):
        mailer.send(replace(MAIL, attachments=(other,)), intent("changed"))
    no_base64 = replace(other, content="é")
    with pytest.raises(ActionRefused, match="cannot be composed"):
        mailer.send(replace(MAIL, attachments=(no_base64,)), intent("changed"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sender": "gps"}, "`sender` is an address"),
        ({"user": "gps"}, "go together"),
        ({"security": "none"}, "in clear"),
        (
            {"security": "none", "clear": True, "user": "a", "password": Secret("b")},
            "never goes in clear",
        ),
    ],
)
def test_settings_that_are_not_safe(settings: dict[str, object], message: str) -> None:
    given = {"host": "mail.example.org", "sender": "gps@example.org", **settings}
    with pytest.raises(ValueError, match=message):
        SmtpMailer(**given)  # type: ignore[arg-type]
