"""An IMAP session that reads one folder, and cannot change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from miroir import ReceivedFile, Secret, SourceError, SourceUnavailable

from miroir_connectors.mailbox.token import TokenAccess
from miroir_connectors.records.container import HEADERS

if TYPE_CHECKING:
    from imapclient import IMAPClient  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a folder of a mailbox is reached."""

    host: str
    port: int
    user: str
    password: Secret | None
    token: TokenAccess | None
    tls: Literal["implicit", "starttls"]
    ca_file: Path | None
    folder: str
    seconds: int

    @property
    def address(self) -> str:
        return f"imap://{self.host}/{self.folder}"


class Session:
    """One folder, open. `validity`: its UIDVALIDITY."""

    def __init__(self, client: IMAPClient, access: Access) -> None:
        self._client = client
        opened: dict[bytes, Any] = client.select_folder(access.folder, readonly=True)
        self.validity = int(opened[b"UIDVALIDITY"])
        self._name = f"{access.address};UIDVALIDITY={self.validity}"

    def since(self, uid: int, siren: str | None) -> list[int]:
        """The numbers of the messages after this one, in their order.

        With a SIREN, only those where it is written, whatever their number.
        """
        if siren is not None:
            return sorted(self._client.search(["TEXT", siren]))
        found = self._client.search(["UID", f"{uid + 1}:*"])
        # «*» is the last message, even when its number is lower.
        return sorted(each for each in found if each > uid)

    def message(self, uid: int, most: int) -> ReceivedFile | None:
        """Its bytes, or its headers when it has more than `most`; None: gone."""
        found = self._client.fetch([uid], ["RFC822.SIZE"]).get(uid)
        if found is None:
            return None
        name = f"{self._name}/;UID={uid}"
        part, ending = (
            ("", "") if found[b"RFC822.SIZE"] <= most else ("HEADER", HEADERS)
        )
        # PEEK leaves it unread; the range bounds what a size could hide.
        data = self._client.fetch([uid], [f"BODY.PEEK[{part}]<0.{most}>"]).get(uid)
        if data is None:
            return None
        content = data.get(f"BODY[{part}]<0>".encode()) or b""
        return ReceivedFile.of(f"{name}{ending}", bytes(content))


@contextmanager
def session(access: Access) -> Iterator[Session]:
    """Open the folder, and leave; raises SourceError or SourceUnavailable."""
    import ssl

    try:
        from imapclient import IMAPClient
        from imapclient.exceptions import (  # type: ignore[import-untyped]
            IMAPClientError,
            LoginError,
        )
    except ImportError as error:
        raise SourceError(
            f"{access.address}: imapclient is not installed; "
            "run `pip install 'miroir[imap]'`"
        ) from error
    try:
        context = ssl.create_default_context(
            cafile=str(access.ca_file) if access.ca_file else None
        )
        with IMAPClient(
            access.host,
            port=access.port,
            ssl=access.tls == "implicit",
            ssl_context=context,
            timeout=float(access.seconds),
        ) as client:
            if access.tls == "starttls":
                client.starttls(context)
            if access.token is not None:
                client.oauth2_login(access.user, access.token.ask().reveal())
            elif access.password is not None:
                client.login(access.user, access.password.reveal())
            yield Session(client, access)
    except LoginError as error:
        raise SourceError(
            f"{access.address}: the server refuses {access.user} ({error}). Correct "
            "`user`, and `password` or the client."
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise SourceError(
            f"{access.address}: the server's certificate is not trusted "
            f"({error.verify_message}). Give its authority in `ca_file`."
        ) from None
    except FileNotFoundError as error:
        raise SourceError(
            f"{access.ca_file}: no such file. Correct `ca_file`."
        ) from error
    except OSError as error:
        raise SourceUnavailable(
            f"{access.address}: no answer, or one that broke off "
            f"({type(error).__name__}). It is tried again."
        ) from error
    except IMAPClientError as error:
        raise _told(access, error) from None


def _told(access: Access, error: Exception) -> SourceError:
    import imaplib

    if isinstance(error, imaplib.IMAP4.abort):
        return SourceUnavailable(
            f"{access.address}: the server broke off ({error}). It is tried again."
        )
    return SourceError(
        f"{access.address}: the server refuses ({error}). Correct the key `folder`."
    )
