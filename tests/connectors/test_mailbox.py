"""A real Dovecot: requests of clients, attached files, and hostile messages."""

from __future__ import annotations

import gzip
import io
import uuid
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]
from miroir import (
    CampaignReading,
    CollectRequest,
    ReceivedFile,
    Refusal,
    RowsRefused,
    Secret,
    SourceError,
    SourceUnavailable,
    Task,
    TaskReading,
)
from miroir.testing.counterpart import Certificates, running
from miroir_connectors.mailbox.source import Mailbox
from miroir_connectors.testing.doubles.listing import CLIENT
from miroir_connectors.testing.services.dovecot import Imap

from tests.connectors.drops import Local

ROWS = b"siren;mois\n552100554;2026-03\n"


class Owner:
    """The owner of a mailbox of one's own, who may write to it."""

    def __init__(self, server: Imap) -> None:
        import ssl

        self.server, self.user = server, f"u{uuid.uuid4().hex[:8]}"
        context = ssl.create_default_context(cafile=str(server.ca_file))
        self.client = IMAPClient("127.0.0.1", port=server.tls_port, ssl_context=context)
        self.client.login(self.user, server.password)

    def deliver(self, message: EmailMessage | bytes) -> None:
        content = message if isinstance(message, bytes) else message.as_bytes()
        self.client.append("INBOX", content)

    def state(self) -> dict[int, tuple[bytes, ...]]:
        self.client.select_folder("INBOX", readonly=True)
        found = self.client.fetch(self.client.search(), ["FLAGS", "RFC822.SIZE"])
        return {
            uid: tuple(flag for flag in data[b"FLAGS"] if flag != b"\\Recent")
            for uid, data in found.items()
        }

    def source(self, **settings: Any) -> Mailbox:
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.server.tls_port,
            "user": self.user,
            "password": Secret(self.server.password),
            "ca_file": self.server.ca_file,
        }
        return Mailbox(**usual | settings)


@pytest.fixture
def owner(imap: Imap) -> Iterator[Owner]:
    found = Owner(imap)
    yield found
    found.client.logout()


def mail(subject: str, text: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = headers.pop("sender", "Paie ACME <paie@acme.example>")
    message["Message-ID"] = headers.pop("id", f"<{uuid.uuid4()}@acme.example>")
    message.set_content(text)
    return message


def attach(message: EmailMessage, name: str, content: bytes) -> EmailMessage:
    message.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=name
    )
    return message


def collected(source: Mailbox, **request: Any) -> list[ReceivedFile]:
    return list(source.collect(CollectRequest(**request)))


def read(source: Mailbox, file: ReceivedFile) -> Task | Refusal:
    reading = source.read(file)
    assert isinstance(reading, TaskReading)
    assert reading.rows == 1
    found: list[Task | Refusal] = [*reading.tasks, *reading.refusals]
    return found[0]


def request_of(message: EmailMessage | bytes) -> Task | Refusal:
    """A message read without any server."""
    content = message if isinstance(message, bytes) else message.as_bytes()
    source = Mailbox(host="h", user="u", password=Secret("p"))
    return read(source, ReceivedFile.of("a message", content))


def test_requests_are_taken_in_their_order_and_left_as_they_are(owner: Owner) -> None:
    source = owner.source()
    source.check()
    assert collected(source) == []
    owner.deliver(mail("Écart CET – SIREN 552 100 554", "Bonjour,\nmerci.", id="<1@a>"))
    owner.deliver(attach(mail("Pour 55210055400013"), "bulletin.pdf", b"%PDF"))
    before = owner.state()
    first, second = collected(source)
    assert first.name.startswith("imap://127.0.0.1/INBOX;UIDVALIDITY=")
    assert first.name.endswith("/;UID=1")
    one, two = read(source, first), read(source, second)
    assert isinstance(one, Task)
    assert (one.channel, one.siren, one.reference) == ("mail", "552100554", "<1@a>")
    assert one.subject == (
        "Écart CET – SIREN 552 100 554\nDe : paie@acme.example\nBonjour,\nmerci."
    )
    assert isinstance(two, Task)
    assert two.subject.endswith("Pièces jointes : bulletin.pdf")
    assert owner.state() == before == {1: (), 2: ()}


def test_the_cursor_goes_on_and_starts_again_with_new_numbers(owner: Owner) -> None:
    source = owner.source(most_messages=2)
    for number in range(3):
        owner.deliver(mail(f"n° {number}", "552100554"))
    assert len(collected(source)) == 2
    cursor = source.next_cursor()
    assert len(collected(source, cursor=cursor)) == 1
    cursor = source.next_cursor()
    assert cursor is not None
    assert cursor.endswith(":3")
    assert collected(source, cursor=cursor) == []
    assert source.next_cursor() == cursor
    owner.client.create_folder("autre")
    anew = owner.source(folder="autre")
    owner.client.append("autre", mail("x", "552100554").as_bytes())
    assert len(collected(anew, cursor=f"1{cursor}")) == 1
    assert source.incremental


def test_one_company_is_searched_for(owner: Owner) -> None:
    owner.deliver(mail("a", "552100554"))
    owner.deliver(mail("b", "640151353"))
    (file,) = collected(owner.source(), siren="640151353")
    assert file.name.endswith("UID=2")


def test_only_those_who_are_listened_to(owner: Owner) -> None:
    owner.deliver(mail("a", "552100554"))
    owner.deliver(mail("b", "552100554", sender="x@evil.example"))
    owner.deliver(mail("c", "552100554", sender="RH <RH@Beta.example>"))
    source = owner.source(senders=("@acme.example", "rh@beta.example"))
    assert [file.name[-1] for file in collected(source)] == ["1", "3"]


def test_attached_files_are_read_as_what_they_are(owner: Owner) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("lignes.csv", ROWS)
    message = attach(mail("Campagne"), "été.csv", ROWS)
    attach(message, "lignes.zip", packed.getvalue())
    attach(message, "logo.png", b"\x89PNG")
    owner.deliver(message)
    owner.deliver(mail("sans pièce"))
    source = owner.source(
        take="attachments",
        kind="campaign",
        patterns=("*.csv", "*.zip"),
        unpack=True,
        campaign="F26",
    )
    found = collected(source)
    assert [file.name.partition("PART=")[2] for file in found] == [
        "1/été.csv",
        "2/lignes.zip/lignes.csv",
    ]
    for each in found:
        reading = source.read(each)
        assert isinstance(reading, CampaignReading)
        assert [line.campaign for line in reading.lines] == ["F26"]


def test_attached_dsn_files_are_given_as_they_are(owner: Owner) -> None:
    owner.deliver(attach(mail("DSN"), "../../etc/mars.dsn", b"S10.G00.00.001,'x'"))
    source = owner.source(take="attachments", kind="dsn", patterns=("*.dsn",))
    (file,) = collected(source)
    assert file.content == b"S10.G00.00.001,'x'"
    assert source.incremental


def test_a_message_that_is_too_big_is_told_by_its_headers(owner: Owner) -> None:
    owner.deliver(attach(mail("Pour 552100554"), "big.bin", bytes(2_000_000)))
    source = owner.source(most_megabytes=1)
    (file,) = collected(source)
    assert file.name.endswith(";UID=1;SECTION=HEADER")
    assert len(file.content) < 2_000
    task = read(source, file)
    assert isinstance(task, Task)
    assert "message trop gros pour être lu ici" in task.subject
    files = owner.source(most_megabytes=1, take="attachments", kind="campaign")
    (file,) = collected(files)
    with pytest.raises(RowsRefused):
        files.read(file)


def test_a_bomb_is_not_lit_and_is_refused_aloud(owner: Owner) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", bytes(30_000_000))
    message = attach(mail("x"), "a.zip", bomb.getvalue())
    owner.deliver(attach(message, "b.csv.gz", gzip.compress(bytes(30_000_000))))
    source = owner.source(
        take="attachments", kind="campaign", unpack=True, patterns=("*",)
    )
    found = collected(source)
    assert [len(file.content) < 100_000 for file in found] == [True, True]
    for each in found:
        with pytest.raises(RowsRefused):
            source.read(each)


def test_too_many_parts_give_the_message_whole(owner: Owner) -> None:
    parts = b"".join(b"--b\r\n\r\nx\r\n" for _ in range(1_200))
    head = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    owner.deliver(head + parts + b"--b--\r\n")
    (file,) = collected(owner.source(take="attachments", kind="campaign"))
    assert file.name.endswith("UID=1")
    refusal = read(owner.source(), file)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "TACHE_MESSAGE"


DEEP = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
    for i in range(3_000)
)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00\x01" * 100,
        b"Subject: =?utf-8?b?4pyTIDU1MjEwMDU1NA?= \r\n\r\n552100554",
        b"Subject: =?no-such-charset?q?=FF?=\r\n\r\n552100554",
        b"From: \xff\xfe <@@@>,,,;:\r\nSubject: =?utf-8?q?=ZZ\r\n\r\n552100554",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n552100554 \xff",
        b"Content-Type: multipart/mixed\r\n\r\n552100554",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n552100554",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n###\r\n",
        b"Content-Disposition: attachment; filename*=x'y'%FF%FE\r\n\r\n552100554",
        b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\n552100554",
        b"Content-Type: text/html\r\n\r\n" + b"<style" * 100_000,
        b"To: " + b"(" * 100_000 + b"\r\n\r\n552100554",
        DEEP,
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
def test_a_broken_message_is_read_or_refused_never_lost(content: bytes) -> None:
    found = request_of(content)
    assert isinstance(found, Task | Refusal)
    if isinstance(found, Task):
        assert found.siren == "552100554"
        assert len(found.subject) <= 4_000
        assert found.reference
    else:
        assert found.code in ("TACHE_SIREN", "TACHE_MESSAGE")


def test_an_empty_file_is_no_message() -> None:
    with pytest.raises(RowsRefused, match="where a message was expected"):
        request_of(b" \r\n")


@pytest.mark.parametrize(
    ("text", "siren"),
    [
        ("SIREN : 552100554", "552100554"),
        ("552 100 554", "552100554"),
        ("n° 552.100.554.00013 (établissement)", "552100554"),
        ("552100554, encore 55210055400013", "552100554"),
        ("tél. 06 12 34 56 78 ; 552100554", "552100554"),
        ("552100555", ""),
        ("552100554 et 640151353", "552100554/640151353"),
        ("rien", ""),
    ],
)
def test_the_company_that_a_message_names(text: str, siren: str) -> None:
    found = request_of(mail("Question", text))
    if isinstance(found, Task):
        assert found.siren == siren
    else:
        assert found.code == "TACHE_SIREN"
        assert siren[:40] in found.reason


def test_a_company_known_by_its_sender() -> None:
    from miroir_connectors.mapping.column import Column

    column = Column(name="sender", values={"paie@acme.example": "552100554"})
    source = Mailbox(
        host="h", user="u", password=Secret("p"), columns={"siren": column}
    )
    task = read(source, ReceivedFile.of("m", mail("Bonjour").as_bytes()))
    assert isinstance(task, Task)
    assert task.siren == "552100554"
    other = mail("Bonjour", sender="x@y.example").as_bytes()
    refusal = read(source, ReceivedFile.of("m", other))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "TACHE_CODE"


def test_numbers_that_name_a_person_are_hidden() -> None:
    found = request_of(mail("552100554", "Le salarié 1 85 05 78 006 084 36"))
    assert isinstance(found, Task)
    assert "•••" in found.subject
    assert "006 084" not in found.subject


def test_html_alone_is_read_without_its_tags() -> None:
    message = mail("Question")
    html = "<style>p{x:1}</style><p>SIREN&nbsp;: <b>552100554</b></p>"
    message.set_content(html, subtype="html")
    found = request_of(message)
    assert isinstance(found, Task)
    assert found.subject.partition("example\n")[2].split() == [
        "SIREN",
        ":",
        "552100554",
    ]


def problem(source: Mailbox) -> SourceError:
    with pytest.raises(SourceError) as caught:
        source.check()
    return caught.value


def test_what_keeps_a_mailbox_shut(owner: Owner, tmp_path: Path) -> None:
    wrong = problem(owner.source(password=Secret("pa55")))
    assert "the server refuses u" in str(wrong)
    assert "pa55" not in str(wrong)
    untrusted = problem(owner.source(ca_file=None))
    assert "certificate is not trusted" in str(untrusted)
    absent = problem(owner.source(ca_file=tmp_path / "absent"))
    assert "no such file. Correct `ca_file`" in str(absent)
    folder = problem(owner.source(folder="absent"))
    assert "Correct the key `folder`" in str(folder)
    for error in (wrong, untrusted, absent, folder):
        assert not isinstance(error, SourceUnavailable)
    assert isinstance(problem(owner.source(port=1)), SourceUnavailable)


def test_starttls(owner: Owner) -> None:
    owner.deliver(mail("552100554"))
    source = owner.source(tls="starttls", port=owner.server.port)
    assert len(collected(source)) == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"kind": "campaign"}, 'go with `take = "attachments"`'),
        ({"format": "csv"}, 'go with `take = "attachments"`'),
        ({"most_messages": 0}, "1 or more"),
        ({"password": None}, "either `password` or `client_secret`"),
        ({"client_id": "x"}, "go together"),
        ({"take": "attachments", "kind": "dsn", "format": "csv"}, "no use"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], reason: str) -> None:
    usual: dict[str, Any] = {"host": "h", "user": "u", "password": Secret("p")}
    with pytest.raises(ValueError, match=reason):
        Mailbox(**usual | settings)


def test_messages_kept_as_files_are_requests_too(tmp_path: Path) -> None:
    hand = Local(tmp_path)
    hand.put("demande.eml", mail("552100554").as_bytes())
    source = hand.source(
        kind="task", format="mail", channel="mail", patterns=("*.eml",)
    )
    (file,) = source.collect(CollectRequest())
    reading = source.read(file)
    assert isinstance(reading, TaskReading)
    assert reading.tasks[0].channel == "mail"


def test_a_mailbox_that_takes_tokens_only(owner: Owner, tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(
        certificates.authority.read_bytes() + owner.server.ca_file.read_bytes()
    )
    owner.deliver(mail("552100554"))
    with running(
        "miroir_connectors.testing.doubles.listing:Tokens", certificates
    ) as double:
        tokens: dict[str, Any] = {
            "password": None,
            "token_url": f"{double.base}/token",
            "client_id": CLIENT[0],
            "client_secret": Secret(CLIENT[1]),
            "scope": owner.user,
            "ca_file": both,
        }
        assert len(collected(owner.source(**tokens))) == 1
        other = problem(owner.source(**tokens | {"scope": "somebody-else"}))
        assert f"the server refuses {owner.user}" in str(other)
        wrong = problem(owner.source(**tokens | {"client_secret": Secret("pa55")}))
        assert "answer 401" in str(wrong)
        assert "pa55" not in str(wrong)
        assert not isinstance(wrong, SourceUnavailable)
