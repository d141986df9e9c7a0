"""The record of a company as a file, left in a folder or on an SFTP server."""

from __future__ import annotations

import codecs
import re
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from miroir import (
    ActionNotSent,
    DeliveryClass,
    DestinationError,
    Intent,
    Promise,
    Receipt,
    RecordEntry,
    TraceWriter,
)

from miroir_connectors.outgoing.once import Folder, LocalFolder, leave
from miroir_connectors.outgoing.sftp import SftpSettings
from miroir_connectors.record.layout import Fields, Format, content

_NAME = re.compile(r"(?:[A-Za-z0-9._-]|\{(?:key|siren|day)\}){1,100}")


@dataclass(frozen=True, kw_only=True)
class RecordFiles(TraceWriter):
    """One file per entry. `name` holds `{key}`, and may hold `{siren}`, `{day}`.

    The reader finds the record of the SIREN, or creates it. A file appears
    whole or not at all, and once, even after it was taken away: a folder
    `.miroir` beside the files says which ones were left.
    """

    fields: Fields = field(default_factory=Fields)
    format: Format = "json"
    encoding: str = "utf-8"
    separator: str = ";"
    name: str = ""

    def __post_init__(self) -> None:
        codecs.lookup(self.encoding)
        if self.format == "csv" and len(self.separator) != 1:
            raise ValueError("`separator` is one character")
        name = self.name or self._default()
        if "{key}" not in name or not _NAME.fullmatch(name):
            raise ValueError(
                "`name` holds {key}, and only letters, digits, . _ - {siren} {day}"
            )

    @property
    def promise(self) -> Promise:
        return Promise(delivery=DeliveryClass.NATURAL_ID, max_in_flight=timedelta(0))

    def send(self, action: RecordEntry, intent: Intent) -> Receipt:
        made = self.fields.filled(action, intent)
        written = content(made, self.format, self.encoding, self.separator)
        name = (self.name or self._default()).format(
            key=intent.key[:24], siren=action.siren, day=f"{action.day:%Y%m%d}"
        )
        with self.folder_opened() as place:
            new = leave(place, name, intent.key, written)
        return Receipt(id=name, facts={"left": "now" if new else "before"})

    def check(self) -> None:
        """Reach the folder, as if to write there."""
        try:
            with self.folder_opened() as place:
                place.make(".miroir")
        except (ActionNotSent, OSError) as error:
            raise DestinationError(
                f"the drop cannot be used ({error}); correct its address, or the "
                "rights on it"
            ) from None

    @abstractmethod
    def folder_opened(self) -> AbstractContextManager[Folder]:
        """The drop, for the time of a block."""

    def _default(self) -> str:
        return "{siren}-{key}." + self.format


@dataclass(frozen=True, kw_only=True)
class RecordDrop(RecordFiles):
    """Files left in `folder`, of this machine or of a mounted share."""

    folder: Path

    @contextmanager
    def folder_opened(self) -> Iterator[Folder]:
        yield LocalFolder(self.folder)


@dataclass(frozen=True, kw_only=True)
class RecordSftp(SftpSettings, RecordFiles):
    """Files left in `folder` on an SFTP server."""

    def __post_init__(self) -> None:
        SftpSettings.__post_init__(self)
        RecordFiles.__post_init__(self)
