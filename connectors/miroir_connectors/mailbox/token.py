"""A token that opens a mailbox, where passwords do not any more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from miroir import Secret

from miroir_connectors.rest.outcomes import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAccess:
    """OAuth 2.0, client credentials: a program that may open a mailbox."""

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str
    ca_file: Path | None
    seconds: int

    def ask(self) -> Secret:
        """A token; raises SourceError or SourceUnavailable."""
        from miroir.http import ClientCredentials, HttpClient, Limits, Tls

        parts = urlsplit(self.token_url)
        with explained(f"{parts.scheme}://{parts.netloc}{parts.path}"):
            client = HttpClient(
                f"{parts.scheme}://{parts.netloc}",
                limits=Limits(
                    read_s=float(self.seconds), deadline_s=float(self.seconds)
                ),
                tls=Tls(authorities=self.ca_file),
            )
            identity = ClientCredentials(
                url=self.token_url,
                client_id=self.client_id,
                client_secret=self.client_secret.reveal(),
                scope=self.scope,
                in_form=True,
            )
            try:
                token = identity.ask(client.exchange())
            finally:
                client.close()
        return Secret(token.headers["Authorization"].removeprefix("Bearer "))
