"""A registry of adhesion contracts in one CSV file, versioned, replaced whole."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from miroir import (
    ActionNotSent,
    ActionRefused,
    AdhesionCondition,
    AdhesionContract,
    AdhesionUpdate,
    AdhesionUpdater,
    DeliveryClass,
    DestinationError,
    Intent,
    PreconditionFailed,
    Promise,
    Receipt,
    ReceivedFile,
    RowsRefused,
)

from miroir_connectors.adhesion_csv.source import AdhesionCsv
from miroir_connectors.adhesion_registry.records import HEADER, Records


@dataclass(frozen=True, kw_only=True)
class AdhesionRegistry(AdhesionUpdater):
    """`path`: the file, in the form of `adhesion-csv` with a column `garanties`.

    An update names the version that it changes (class B): sent twice, it is
    done once. Whoever else writes the file takes the lock `<path>.lock`.
    """

    path: Path
    promise: ClassVar[Promise] = Promise(
        delivery=DeliveryClass.NATURAL_ID,
        deadline=timedelta(seconds=30),
        max_in_flight=timedelta(seconds=30),
        pivot=True,
    )

    def read(self, siren: str) -> AdhesionContract | None:
        """The rows of a company as they are now; their version is a fingerprint."""
        content = self._bytes()
        records = self._records(content)
        if not records.own(siren):
            return None
        return AdhesionContract(
            siren=siren,
            version=records.version(siren),
            conditions=self._conditions(content, siren),
        )

    def send(self, action: AdhesionUpdate, intent: Intent) -> Receipt:
        """Replace the rows of a company, unless they are of another version."""
        with self._locked():
            content = self._bytes()
            records = self._records(content)
            wanted = records.replaced(action.siren, action.after)
            version = records.version(action.siren)
            if version != action.version:
                if version == wanted.version(action.siren):
                    # An earlier attempt did it, and its answer was lost.
                    return Receipt(id=intent.reference, version=version)
                raise PreconditionFailed(
                    f"{self.path.name}: the contract of {action.siren} is at version"
                    f" {version or 'none'}, not {action.version or 'none'} any more",
                    code="412",
                )
            self._check(wanted.text(), action.siren)
            self._replace(wanted.text())
            return Receipt(id=intent.reference, version=wanted.version(action.siren))

    def check(self) -> None:
        """The file can be read, and its folder written."""
        records = self._records(self._bytes())
        names = next(csv.reader([records.header], delimiter=";"))
        missing = {*HEADER} - {name.strip().lower() for name in names}
        if missing:
            raise DestinationError(
                f"{self.path}:1: missing columns: {', '.join(sorted(missing))}. Expected"
                f" {';'.join(HEADER)}"
            )
        if not os.access(self.path.parent, os.W_OK):
            raise DestinationError(f"{self.path.parent}: this user may not write there")

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ActionNotSent(
                f"{self.path}: cannot be read ({error.strerror}); put the registry"
                " there, or correct the key `path`"
            ) from error

    def _records(self, content: bytes) -> Records:
        try:
            return Records.read(content.decode("utf-8-sig"))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ActionNotSent(
                f"{self.path}: not a CSV of UTF-8 text ({error}); correct the file"
            ) from error

    def _conditions(self, content: bytes, siren: str) -> tuple[AdhesionCondition, ...]:
        file = ReceivedFile.of(self.path.name, content)
        try:
            reading = AdhesionCsv(path=self.path).read(file)
        except RowsRefused as error:
            raise ActionNotSent(str(error)) from error
        taken = tuple(each for each in reading.conditions if each.siren == siren)
        if len(taken) != len(self._records(content).own(siren)):
            wrong = "; ".join(
                f"{each.file}:{each.line}: {each.reason}" for each in reading.refusals
            )
            raise DestinationError(
                f"{self.path}: rows of {siren} are not right, nothing is read of its"
                f" contract: {wrong}"
            )
        return taken

    def _check(self, text: str, siren: str) -> None:
        """What would be written can be read again."""
        try:
            self._conditions(text.encode(), siren)
        except DestinationError as error:
            raise ActionRefused(
                f"{self.path.name}: the update is no valid contract ({error})",
                code="422",
            ) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self.path.with_name(self.path.name + ".lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ActionNotSent(f"{lock}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _replace(self, text: str) -> None:
        """Write beside, then put in place at once: no reader sees a half."""
        folder = self.path.parent
        try:
            descriptor, name = tempfile.mkstemp(
                prefix=f".{self.path.name}.", dir=folder
            )
        except OSError as error:
            raise ActionNotSent(f"{folder}: {error.strerror}") from error
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fchmod(file.fileno(), self.path.stat().st_mode & 0o777)
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise ActionNotSent(f"{self.path}: {error.strerror}") from error
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
