"""An SMTP server as the configuration describes it, for whatever goes by mail."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from miroir import (
    ActionNotSent,
    ActionRefused,
    DeliveryClass,
    DestinationError,
    Intent,
    Mail,
    Promise,
    Receipt,
    Secret,
)

from miroir_connectors.smtp.message import compose, message_id
from miroir_connectors.smtp.session import Server, connected, transmit

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PATIENCE = 4
"""Attempts before those who are accepted no longer wait for the others."""


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """An SMTP server. Its fields are settings of `[destinations.<name>]`.

    `sender` is who writes, «Fiabilisation <fiabilisation@example.org>».
    `security`: `starttls` (port 587), `tls` from the start (port 465), or
    `none`, on this machine only unless `clear` allows it. `domain` ends the
    Message-ID, and is that of the sender without it. `ca_file` holds private
    authorities. `greeting` is the name that this machine gives itself. Each
    step may take `step_s` seconds, one attempt `deadline_s`.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    clear: bool = False
    user: str = ""
    password: Secret | None = field(default=None, repr=False)
    domain: str = ""
    ca_file: Path | None = None
    greeting: str = ""
    step_s: float = 10.0
    deadline_s: float = 30.0

    def __post_init__(self) -> None:
        address = parseaddr(self.sender)[1]
        if not address.isascii() or address.count("@") != 1:
            raise ValueError("`sender` is an address, such as «GPS <gps@example.org>»")
        if bool(self.user) != (self.password is not None):
            raise ValueError("`user` and `password` go together")
        if self.security == "none" and self.host not in _LOOPBACK and not self.clear:
            raise ValueError(
                'mail would go over the network in clear; set `security = "starttls"`, '
                "or `clear = true` where the network is your own"
            )
        if self.security == "none" and self.user and self.host not in _LOOPBACK:
            raise ValueError("a password never goes in clear: use `starttls` or `tls`")

    @property
    def promise(self) -> Promise:
        return Promise(
            delivery=DeliveryClass.BLIND,
            deadline=timedelta(seconds=self.deadline_s),
            rate=2.0,
        )

    def deliver(self, action: Mail, intent: Intent) -> Receipt:
        """Send one mail; raises as `Destination.send` does."""
        address = parseaddr(self.sender)[1]
        domain = self.domain or address.rpartition("@")[2]
        recipients = [_address(one) for one in action.to]
        if not recipients:
            raise ActionRefused("the mail is for nobody", code="recipients")
        message = compose(action, intent, self.sender, domain, datetime.now(UTC))
        with connected(self._server()) as session:
            said, states = transmit(
                session,
                address,
                recipients,
                message,
                patient=intent.attempt < _PATIENCE,
            )
        digest = hashlib.sha256(message).hexdigest()
        facts = {"sha256": digest, "answer": said, **states}
        return Receipt(id=message_id(intent, domain), facts=facts)

    def check(self) -> None:
        """Connect and log in; nothing is sent."""
        try:
            with connected(self._server()) as session:
                code, _ = session.smtp.noop()
        except ActionNotSent as error:
            raise DestinationError(str(error)) from None
        if code != 250:
            raise DestinationError(f"{self.host}:{self.port}: {code} to NOOP")

    def _server(self) -> Server:
        return Server(
            host=self.host,
            port=self.port,
            security=self.security,
            user=self.user,
            password=self.password,
            context=self._context(),
            name=self.greeting or None,
            step_s=self.step_s,
            deadline_s=self.deadline_s,
        )

    def _context(self) -> ssl.SSLContext | None:
        if self.security == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError):
            raise ActionNotSent(
                f"{self.ca_file}: no authorities can be read there; correct `ca_file`"
            ) from None


def _address(given: str) -> str:
    """The bare address of a recipient; ActionRefused for what is none."""
    found = parseaddr(given)[1]
    bad = any(one in given for one in "\r\n\0") or found.count("@") != 1
    if bad or not found.isascii() or " " in found:
        raise ActionRefused(
            "a recipient is no address that this server takes", code="recipient"
        )
    return found
