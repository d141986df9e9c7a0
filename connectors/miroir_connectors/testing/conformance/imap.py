"""The contract of mailboxes, on a real Dovecot."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

import pytest
from miroir import Secret
from miroir.testing.conformance import SourceContract

from miroir_connectors.testing.conformance.servers import imap
from miroir_connectors.testing.conformance.tables import RECORDED, SIREN
from miroir_connectors.testing.services.dovecot import Imap

__all__ = ["TestImap", "imap"]


class TestImap(SourceContract):
    connector = "imap"
    files = 2
    siren = SIREN
    recorded = RECORDED
    server: ClassVar[Imap]

    @pytest.fixture(autouse=True)
    def _server(self, imap: Imap) -> None:
        type(self).server = imap

    def settings(self, folder: Path) -> Mapping[str, object]:
        user = f"u{uuid.uuid4().hex[:8]}"
        self._deliver(user, "<1@a>", f"SIREN {SIREN}")
        self._deliver(user, "<2@a>", "sans numéro")
        return {
            "host": "127.0.0.1",
            "port": self.server.tls_port,
            "user": user,
            "password": Secret(self.server.password),
            "ca_file": self.server.ca_file,
            "timeout_seconds": 1,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "password": Secret("wrong")}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "host": host, "port": port}

    def more(self, folder: Path) -> None:
        self._deliver(str(self.prepared["user"]), "<3@a>", f"SIREN {SIREN}, encore")

    def _deliver(self, user: str, number: str, text: str) -> None:
        from imapclient import IMAPClient  # type: ignore[import-untyped]

        message = EmailMessage()
        message["Message-ID"] = number
        message["From"] = "paie@example.org"
        message["To"] = "gps@example.org"
        message["Subject"] = text
        message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
        message.set_content(text)
        context = ssl.create_default_context(cafile=str(self.server.ca_file))
        port = self.server.tls_port
        with IMAPClient("127.0.0.1", port=port, ssl_context=context) as client:
            client.login(user, self.server.password)
            client.append("INBOX", message.as_bytes())
