"""Mail that leaves through an SMTP server."""

from __future__ import annotations

from collections.abc import Sequence

from miroir import DestinationConnector, Mailer, hookimpl

from miroir_connectors.smtp.mailer import SmtpMailer


@hookimpl
def miroir_mailers() -> Sequence[DestinationConnector[Mailer]]:
    """Give the connector `smtp`."""
    return [
        DestinationConnector(
            name="smtp",
            destination=SmtpMailer,
            summary="mail through an SMTP server, with TLS and a log-in",
        )
    ]
