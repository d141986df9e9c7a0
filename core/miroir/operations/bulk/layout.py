"""Where everything of bulk work is, and files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miroir.errors import NothingFound, StoreError
from miroir.source.segments import Segments
from miroir.store.bulk.parts import Parts

if TYPE_CHECKING:
    from miroir.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Layout:
    """`received`: the segments; `folder`: what is made from them."""

    received: Path
    folder: Path
    keys: Path

    @classmethod
    def of(cls, settings: Settings) -> Layout:
        archive = settings.archive
        return cls(archive / "segments", archive.with_name("bulk"), settings.keys.file)

    @property
    def segments(self) -> Segments:
        return Segments(self.received)

    @property
    def parts(self) -> Parts:
        return Parts(self.folder / "parts")

    @property
    def inputs(self) -> Path:
        """Lists of pieces and conditions, named by their content."""
        return self.folder / "inputs"

    @property
    def manifests(self) -> Path:
        """What each published month is made of, named by its content."""
        return self.folder / "manifests"

    @property
    def scratch(self) -> Path:
        """Rows that do not hold in memory; emptied by each shard."""
        return self.folder / "scratch"

    def plan(self, period: str) -> Path:
        return self.folder / "plans" / f"{period}.json"

    def result(self, period: str, shard: int, shards: int, inputs: str) -> Path:
        name = f"{shard:03d}-of-{shards:03d}-{inputs[:32]}.json"
        return self.folder / "results" / period / name


def write_whole(path: Path, content: bytes) -> None:
    """Put a file on the disk, complete once it has its name."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); check the space left"
            " and who owns the folder"
        ) from None


def keep(folder: Path, content: bytes) -> str:
    """Keep some bytes under their sha256, which is given back."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    if not path.exists():
        write_whole(path, content)
    return digest


def as_json(document: object) -> bytes:
    """The same document gives the same bytes."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode() + b"\n"


def read_json(path: Path, what: str) -> dict[str, Any]:
    """Raises NothingFound when it is absent, StoreError when it is damaged."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise NothingFound(f"{path}: {what} is not there") from None
    except (OSError, ValueError):
        raise StoreError(f"{path}: {what} cannot be read; make it again") from None
    if not isinstance(found, dict):
        raise StoreError(f"{path}: {what} cannot be read; make it again")
    return found
