"""One conversation with an SMTP server, bounded by the clock, and what it means.

Nothing is sent before the final dot is (RFC 5321): whatever goes wrong before
was not sent. After it, the answer of the server decides; without an answer
nobody knows (RFC 1047).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from miroir import ActionNotSent, ActionRefused, OutcomeUnknown, Secret

_LINE_DOT = re.compile(rb"(?m)^\.")
_DOT = b".\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to connect and how. Times are seconds."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: Secret | None = field(repr=False)
    context: ssl.SSLContext | None
    name: str | None
    step_s: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Session:
    """A connection, and whether the clock ran out on it."""

    smtp: smtplib.SMTP
    expired: threading.Event = field(default_factory=threading.Event)

    def cut(self) -> None:
        """The clock ran out: whoever waits on the connection is woken up."""
        self.expired.set()
        connection = self.smtp.sock
        if connection is not None:
            with suppress(OSError):
                # On TLS too: its own shutdown would wait for the other side.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


@contextmanager
def connected(server: Server) -> Iterator[Session]:
    """A server that knows who we are; raises ActionNotSent when it is not reached.

    What goes wrong inside is not sent either, unless it is said otherwise.
    """
    smtp = _client(server)
    session = Session(smtp)
    cut = threading.Timer(server.deadline_s, session.cut)
    cut.daemon = True
    cut.start()
    try:
        _open(smtp, server)
        yield session
    except smtplib.SMTPResponseException as error:
        raise ActionNotSent(_said(server, error.smtp_code, "was answered")) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise ActionNotSent(
            f"{server.host}:{server.port}: {_reason(error)}; the mail was not sent"
        ) from None
    finally:
        cut.cancel()
        smtp.close()


def transmit(
    session: Session,
    sender: str,
    recipients: Sequence[str],
    message: bytes,
    *,
    patient: bool,
) -> tuple[str, dict[str, str]]:
    """Hand one message over; the server's last word, and each recipient's state.

    `patient`: when some recipient is only put off, nobody is sent anything now
    and all of it is tried later. Raises ActionNotSent, ActionRefused,
    OutcomeUnknown.
    """
    smtp = session.smtp
    code, _ = smtp.mail(sender)
    _require(code, "the sender")
    states = {
        f"recipient_{rank}": _state(smtp.rcpt(address)[0])
        for rank, address in enumerate(recipients, start=1)
    }
    taken = [state for state in states.values() if state == "accepted"]
    if not taken or (patient and any("deferred" in s for s in states.values())):
        _refuse_recipients(states)
    code, _ = smtp.docmd("DATA")
    if code != 354:
        _require(code, "the message", least=400)
        raise ActionNotSent(f"the server answered {code} to DATA")
    smtp.send(_LINE_DOT.sub(b"..", message))
    return _finish(session), states


def _finish(session: Session) -> str:
    try:
        session.smtp.send(_DOT)
        code, said = session.smtp.getreply()
        if session.expired.is_set():
            # What was read of a line that never ended is no answer.
            raise TimeoutError
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(
            f"the connection was lost after the final dot ({_reason(error)}): the "
            "server may have taken the mail, or not"
        ) from None
    if not 400 <= code < 600 and code != 250:
        raise OutcomeUnknown(f"the answer after the final dot means nothing ({code})")
    _require(code, "the message")
    return f"{code} {said.decode('utf-8', 'replace')[:60]}"


def _client(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            timeout=server.step_s, context=server.context, local_hostname=server.name
        )
    return smtplib.SMTP(timeout=server.step_s, local_hostname=server.name)


def _open(smtp: smtplib.SMTP, server: Server) -> None:
    # smtplib checks the certificate against the name it was made with.
    smtp._host = server.host  # type: ignore[attr-defined]
    code, _ = smtp.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, b"")
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        smtp.starttls(context=server.context)
        smtp.ehlo_or_helo_if_needed()
    if server.user and server.password is not None:
        smtp.login(server.user, server.password.reveal())


def _state(code: int) -> str:
    if code in (250, 251):
        return "accepted"
    return f"refused {code}" if code >= 500 else f"deferred {code}"


def _refuse_recipients(states: dict[str, str]) -> None:
    told = ", ".join(f"{name} {state}" for name, state in states.items())
    if any("deferred" in state for state in states.values()):
        raise ActionNotSent(f"nobody was sent anything yet: {told}")
    raise ActionRefused(f"no recipient was accepted: {told}", code="recipients")


def _require(code: int, what: str, *, least: int = 300) -> None:
    if code >= 500:
        raise ActionRefused(f"the server refused {what} ({code})", code=str(code))
    if code >= least or code < 200:
        raise ActionNotSent(f"the server puts {what} off ({code})")


def _said(server: Server, code: int, how: str) -> str:
    return f"{server.host}:{server.port}: {code} {how}; the mail was not sent"


def _reason(error: Exception) -> str:
    """In words that hold nothing of the mail, nor of the password."""
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or type(error).__name__})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server does not offer what `security` or `user` asks for"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
