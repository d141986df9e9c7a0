"""Sending a mail through an SMTP server."""

from __future__ import annotations

from dataclasses import dataclass

from miroir import Intent, Mail, Mailer, Receipt

from miroir_connectors.smtp.server import SmtpServer


@dataclass(frozen=True, kw_only=True)
class SmtpMailer(SmtpServer, Mailer):
    """An SMTP server that mails leave through; its settings are SmtpServer's."""

    def send(self, action: Mail, intent: Intent) -> Receipt:
        return self.deliver(action, intent)
