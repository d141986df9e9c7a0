"""Mail, record and case of one company through real servers, then all of it again.

A Postfix takes the mail and a Dovecot gives it back; an OpenSSH takes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from miroir.operations.reprocess import reprocess
from miroir.operations.trace.verifying import verify
from miroir.operations.workplace import Workplace
from miroir.outbox.model import Status
from miroir_connectors.testing.services.openssh import Ssh, openssh

from tests.connectors.smtp.mail_server import (
    PASSWORD,
    USER,
    MailServer,
    mail_server,
    missing,
)
from tests.operations.outward.conftest import ADDRESS, NAME
from tests.operations.outward.test_handovers import ASKED
from tests.operations.outward.test_records import CHOICES, run

DESTINATIONS = """
[destinations.mail]
connector = "smtp"
host = "localhost"
port = {smtp}
sender = "Fiabilisation <gps@example.org>"
user = "{user}"
password = {{ file = "secrets/mail" }}
ca_file = "{authority}"

[destinations.services]
connector = "hand-over-sftp"
host = "127.0.0.1"
port = {sftp}
user = "{login}"
known_hosts = "{known_hosts}"
private_key = {{ file = "secrets/sftp" }}
folder = "{folder}"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    if reason := missing():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def ssh() -> Iterator[Ssh]:
    with openssh() as running:
        yield running


@pytest.fixture
def real(config: Path, server: MailServer, ssh: Ssh) -> Path:
    secrets = config.parent / "secrets"
    secrets.mkdir()
    (secrets / "mail").write_text(PASSWORD)
    (secrets / "sftp").write_text(ssh.private_key)
    own = DESTINATIONS.format(
        smtp=server.smtp,
        user=USER,
        authority=server.certificates.authority,
        sftp=ssh.port,
        login=ssh.user,
        known_hosts=ssh.known_hosts,
        folder=config.parent / "cases",
    )
    text = config.read_text()
    config.write_text(text[: text.index("[destinations.services]")] + own)
    return config


def test_all_of_it_is_done_once(
    real: Path,
    workplace: Workplace,
    siren: str,
    server: MailServer,
    work: Callable[[], None],
) -> None:
    steps = (
        ("record", siren, *CHOICES),
        ("refer", siren, "referent", *ASKED),
        ("mail", siren, "--to", NAME),
    )
    for _ in range(2):
        for words in steps:
            code, said = run(real, *words)
            assert code == 0, said
        work()
        reprocess(workplace, siren, collecting=False)
    work()
    with workplace.store.read() as tables:
        rows = tables.outbox.listed(siren=siren)
    assert [row.status for row in rows] == [Status.CONFIRMED] * 3
    (mail,) = server.mails(ADDRESS, 1)
    receipt = rows[2].receipt
    assert receipt is not None
    assert mail["Message-ID"] == receipt.id == f"<{rows[2].key}@example.org>"
    assert len(list((real.parent / "records").glob("*.json"))) == 1
    assert len(list((real.parent / "cases").glob("*.zip"))) == 1
    assert verify(workplace).faults == ()
