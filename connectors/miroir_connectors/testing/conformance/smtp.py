"""The contract of mails, on a double of an SMTP server."""

from __future__ import annotations

from miroir_connectors.testing.conformance.mailing import MailContract, mail_double

__all__ = ["TestSmtp", "mail_double"]


class TestSmtp(MailContract):
    connector = "smtp"
