"""Received files, kept byte for byte under the name of their sha256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from miroir.errors import NothingFound, StoreError
from miroir.types.source import ReceivedFile

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder with two levels, `ab/cd/abcd…`, readable by its owner only.

    The files hold NIRs in clear, as received: the disk is to be encrypted.
    """

    folder: Path

    def put(self, file: ReceivedFile) -> bool:
        """Keep a file; False when the same bytes are there already.

        Complete and on the disk once this returns, absent before. Raises
        StoreError when the bytes do not have the sha256 announced, or cannot
        be written.
        """
        target = self._place(file.sha256)
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            raise StoreError(
                f"{self.folder}: the bytes received do not have the sha256 "
                f"{file.sha256}; collect the file again"
            )
        if target.exists():
            return False
        try:
            self._write(target, file.content)
        except OSError as error:
            raise StoreError(
                f"{self.folder}: a received file cannot be kept "
                f"({error.strerror}); check the space left and who owns the folder"
            ) from None
        return True

    def get(self, sha256: str, name: str = "") -> ReceivedFile:
        """The bytes as they came; `name` defaults to the sha256.

        Raises NothingFound when they are not there, StoreError when they were
        altered since.
        """
        path = self._place(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise NothingFound(
                f"{path}: this received file is not in the archive; "
                "restore it from a backup, or collect it again"
            ) from None
        except OSError as error:
            raise StoreError(
                f"{path}: this received file cannot be read ({error.strerror}); "
                "check who owns the folder"
            ) from None
        found = ReceivedFile.of(name or sha256, content)
        if found.sha256 != sha256:
            raise StoreError(
                f"{path}: the bytes were altered since they were received; "
                "restore the file from a backup, or remove it and collect it again"
            )
        return found

    def __contains__(self, sha256: str) -> bool:
        return self._place(sha256).exists()

    def _place(self, sha256: str) -> Path:
        if _DIGEST.fullmatch(sha256) is None:
            raise NothingFound(
                f"{self.folder}: a file is asked for by the 64 lower-case "
                "hexadecimal digits of its sha256"
            )
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _write(self, target: Path, content: bytes) -> None:
        parents = (self.folder, target.parent.parent, target.parent)
        for parent in parents:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        for parent in parents:
            _make_durable(parent)


def _make_durable(folder: Path) -> None:
    """Put the names that a folder holds on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
