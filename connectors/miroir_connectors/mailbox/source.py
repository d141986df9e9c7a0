"""A mailbox: each message is a request, or the files attached to it are taken.

It is opened read-only: nothing is deleted, moved, nor marked as read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from miroir import CollectRequest, ReceivedFile, Secret, SourceError
from miroir.types.source import Kind

from miroir_connectors.drop.rules import matches, shown
from miroir_connectors.drop.unpacking import unpacked
from miroir_connectors.kinds.task import Channel
from miroir_connectors.mailbox.session import Access, Session, session
from miroir_connectors.mailbox.token import TokenAccess
from miroir_connectors.mapped import MappedSource
from miroir_connectors.records.container import HEADERS, Format

if TYPE_CHECKING:
    from email.message import Message

_MEGABYTE = 1_000_000
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Progress:
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mailbox(MappedSource):
    """Messages of `folder`, in the order they came.

    `take = "messages"`: each is a task of `channel`, its text the request.
    `take = "attachments"`: attached files whose names fit `patterns`, of any
    kind and format, unpacked from .zip and .gz with `unpack`. `senders`:
    addresses, or «@domain», that are listened to; everybody if empty. Of a
    message beyond `most_megabytes`, the headers alone are taken. Either
    `password`, or `token_url`, `client_id` and `client_secret` (OAuth 2.0).
    """

    host: str
    user: str
    password: Secret | None = None
    port: int = 993
    tls: Literal["implicit", "starttls"] = "implicit"
    ca_file: Path | None = None
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    scope: str = ""
    folder: str = "INBOX"
    kind: Kind = "task"
    channel: Channel = "mail"
    take: Literal["messages", "attachments"] = "messages"
    patterns: tuple[str, ...] = ("*",)
    senders: tuple[str, ...] = ()
    unpack: bool = False
    most_megabytes: int = 25
    most_messages: int = 500
    timeout_seconds: int = 30
    _progress: _Progress = field(
        default_factory=_Progress, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.take == "messages" and (self.kind, self.format) != ("task", "auto"):
            raise ValueError(
                '`kind` and `format` go with `take = "attachments"`; a message is a task'
            )
        client = (self.token_url, self.client_id, self.client_secret)
        if any(client) and not all(client):
            raise ValueError("`token_url`, `client_id` and `client_secret` go together")
        if (self.password is None) == (self.client_secret is None):
            raise ValueError("give either `password` or `client_secret`")
        MappedSource.__post_init__(self)
        if self.most_megabytes < 1 or self.most_messages < 1:
            raise ValueError("`most_megabytes` and `most_messages` are 1 or more")

    @property
    def file_format(self) -> Format:
        return "mail" if self.take == "messages" else self.format

    @property
    def incremental(self) -> bool:
        """A message is given once."""
        return True

    def check(self) -> None:
        """Raise SourceError when the folder cannot be opened."""
        with session(self.access):
            return

    @property
    def access(self) -> Access:
        """How the mailbox is opened."""
        return Access(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            token=self._token,
            tls=self.tls,
            ca_file=self.ca_file,
            folder=self.folder,
            seconds=self.timeout_seconds,
        )

    @property
    def _token(self) -> TokenAccess | None:
        if self.client_secret is None:
            return None
        return TokenAccess(
            token_url=self.token_url,
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=self.scope,
            ca_file=self.ca_file,
            seconds=self.timeout_seconds,
        )

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the messages that came since, `most_messages` at a time."""
        with session(self.access) as box:
            validity, _, last = (request.cursor or "").partition(":")
            # Numbers given anew say nothing of the old ones.
            known = int(last) if validity == str(box.validity) else 0
            self._progress.cursor = f"{box.validity}:{known}"
            for uid in box.since(known, request.siren)[: self.most_messages]:
                yield from self._files(box, uid)
                self._progress.cursor = f"{box.validity}:{uid}"

    def next_cursor(self) -> str | None:
        """UIDVALIDITY and the last UID that was taken (RFC 9051, 2.3.1.1)."""
        return self._progress.cursor

    def _files(self, box: Session, uid: int) -> Iterator[ReceivedFile]:
        file = box.message(uid, self.most_megabytes * _MEGABYTE)
        if file is None:  # deleted in between, by its owner
            return
        if not self._listened_to(file):
            _LOG.info("%s: its sender is not one of `senders`", file.name)
        elif self.take == "messages" or file.name.endswith(HEADERS):
            yield file
        else:
            yield from self._attached(file)

    def _listened_to(self, file: ReceivedFile) -> bool:
        if not self.senders:
            return True
        from email.utils import parseaddr

        from miroir_connectors.records.message import parse

        address = parseaddr(str(parse(file).get("From", "")))[1].casefold()
        domain = "@" + address.rpartition("@")[2]
        return bool({address, domain} & {each.casefold() for each in self.senders})

    def _attached(self, file: ReceivedFile) -> Iterator[ReceivedFile]:
        from miroir_connectors.records.message import attachments, parse

        try:
            parts = [*attachments(parse(file))]
        except (ValueError, RecursionError):
            yield file  # whole: what reads it will refuse it aloud
            return
        taken = 0
        for number, (name, part) in enumerate(parts, start=1):
            if matches(name, self.patterns):
                taken += 1
                yield from self._unpacked(f"{file.name};PART={number}", name, part)
        _LOG.info("%s: %d of %d attached files fit", file.name, taken, len(parts))

    def _unpacked(self, place: str, name: str, part: Message) -> Iterator[ReceivedFile]:
        from miroir_connectors.records.message import content

        data = content(part)
        files = [(name, data)]
        if self.unpack:
            most = self.most_megabytes * _MEGABYTE
            try:
                files = [*unpacked(name, data, self.patterns, most)]
            except SourceError as error:
                _LOG.warning("%s: %s", place, error)  # packed: it will be refused
        for inner, bytes_ in files:
            yield ReceivedFile.of(f"{place}/{shown(inner)}", bytes_)
