"""A case given to a service as one ZIP file, left once."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from miroir import (
    ActionNotSent,
    DeliveryClass,
    DestinationError,
    HandOver,
    HandOverDesk,
    Intent,
    Promise,
    Receipt,
)

from miroir_connectors.outgoing.once import Folder, LocalFolder, leave
from miroir_connectors.outgoing.sftp import SftpSettings

_SAFE = re.compile(r"[^A-Za-z0-9_-]")
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class HandOverFiles(HandOverDesk):
    """`<service>-<reference>.zip`: the case as `cas.json`, its evidence beside."""

    @property
    def promise(self) -> Promise:
        return Promise(delivery=DeliveryClass.NATURAL_ID, max_in_flight=timedelta(0))

    def send(self, action: HandOver, intent: Intent) -> Receipt:
        name = (
            f"{_SAFE.sub('_', action.service)}-{_SAFE.sub('_', action.reference)}.zip"
        )
        with self.folder_opened() as place:
            new = leave(place, name, intent.key, packed(action))
        return Receipt(id=name, facts={"left": "now" if new else "before"})

    def check(self) -> None:
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


@dataclass(frozen=True, kw_only=True)
class HandOverDrop(HandOverFiles):
    """Files left in `folder`, of this machine or of a mounted share."""

    folder: Path

    @contextmanager
    def folder_opened(self) -> Iterator[Folder]:
        yield LocalFolder(self.folder)


@dataclass(frozen=True, kw_only=True)
class HandOverSftp(SftpSettings, HandOverFiles):
    """Files left in `folder` on an SFTP server."""


def packed(action: HandOver) -> bytes:
    """The same bytes for the same case."""
    case = {
        "siren": action.siren,
        "service": action.service,
        "reference": action.reference,
        "objet": action.subject,
        "texte": action.text,
        "pieces": [
            {"nom": each.name, "sha256": each.sha256} for each in action.evidence
        ],
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(case, ensure_ascii=False, indent=1) + "\n"
        archive.writestr(zipfile.ZipInfo("cas.json", _NO_TIME), text)
        for each in action.evidence:
            content = base64.b64decode(each.content)
            archive.writestr(zipfile.ZipInfo(each.name, _NO_TIME), content)
    return stream.getvalue()
