"""Where an interface is, and who we are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from miroir import Secret, SourceError
from miroir.errors import ConfigurationError
from miroir.types.address import fault

if TYPE_CHECKING:
    from miroir.http import Authentication, HttpClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a client is made of. At most one way to say who we are."""

    url: str
    api_key: Secret | None
    api_key_header: str
    api_key_scheme: str
    user: str
    password: Secret | None
    token_url: str
    client_id: str
    client_secret: Secret | None
    scope: str
    secret_in_form: bool
    ca_file: Path | None
    certificate: Path | None
    certificate_key: Path | None
    trusted_network: bool = field(default=False)
    seconds: int
    megabytes: int

    def check(self) -> None:
        """Raise ValueError when these settings contradict one another."""
        for key in ("url", "token_url"):
            address = getattr(self, key)
            wrong = address and fault(address, plain=self.trusted_network)
            if wrong:
                raise ValueError(f"`{key}`: {wrong}")
        for names, values in (
            ("`user` and `password`", (self.user, self.password)),
            (
                "`token_url`, `client_id` and `client_secret`",
                (self.token_url, self.client_id, self.client_secret),
            ),
        ):
            if any(values) and not all(values):
                raise ValueError(f"{names} go together")
        ways = [self.api_key, self.user, self.token_url]
        if len([way for way in ways if way]) > 1:
            raise ValueError("give one of `api_key`, `user` and `token_url`")
        if self.certificate_key and not self.certificate:
            raise ValueError("`certificate_key` goes with `certificate`")

    @contextmanager
    def client(self) -> Iterator[HttpClient]:
        """A client for this host and that of the tokens; raises SourceError."""
        from miroir.http import HttpClient, Limits, Tls

        parts = urlsplit(self.url)
        hosts = [urlsplit(self.token_url).hostname] if self.token_url else []
        try:
            client = HttpClient(
                f"{parts.scheme}://{parts.netloc}",
                hosts=tuple(filter(None, hosts)),
                authentication=self._identity(),
                limits=Limits(
                    read_s=float(self.seconds),
                    deadline_s=float(self.seconds * 2),
                    max_bytes=self.megabytes * 1_000_000,
                ),
                tls=Tls(
                    authorities=self.ca_file,
                    certificate=self.certificate,
                    key=self.certificate_key,
                ),
                plain=self.trusted_network,
            )
        except ConfigurationError as error:
            raise SourceError(f"{error} Correct `url` or the certificates.") from error
        try:
            yield client
        finally:
            client.close()

    def _identity(self) -> Authentication:
        from miroir.http import Anonymous, ApiKey, Basic, ClientCredentials

        if self.api_key is not None:
            return ApiKey(
                key=self.api_key.reveal(),
                header=self.api_key_header,
                scheme=self.api_key_scheme,
            )
        if self.password is not None:
            return Basic(user=self.user, password=self.password.reveal())
        if self.client_secret is not None:
            return ClientCredentials(
                url=self.token_url,
                client_id=self.client_id,
                client_secret=self.client_secret.reveal(),
                scope=self.scope,
                in_form=self.secret_in_form,
            )
        return Anonymous()
