"""The contracts of cases that are handed over: a folder, a server, a mail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from miroir import HandOver

from miroir_connectors.testing.conformance.leaving import FolderContract, SftpContract
from miroir_connectors.testing.conformance.mailing import MailContract, mail_double
from miroir_connectors.testing.conformance.servers import ssh

__all__ = [
    "TestHandOverDrop",
    "TestHandOverMail",
    "TestHandOverSftp",
    "mail_double",
    "ssh",
]


class _CaseContract(FolderContract):
    def _again(self, folder: Path) -> object:
        """Another case: a reference names one, and its file."""
        case = self.action()
        assert isinstance(case, HandOver)
        return replace(case, reference=f"MIROIR-{uuid.uuid4().hex[:12].upper()}")


class TestHandOverDrop(_CaseContract):
    connector = "hand-over-drop"


class TestHandOverSftp(_CaseContract, SftpContract):
    connector = "hand-over-sftp"


class TestHandOverMail(MailContract):
    connector = "hand-over-mail"
    extra: ClassVar[Mapping[str, object]] = {
        "addresses": {"référent": "referent@example.org"}
    }
