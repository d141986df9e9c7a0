"""Verifying an export with the public key alone: what an auditor does.

Without the key of the seals the digests are followed from the first line, and
each signed head, those of the export and those kept elsewhere, must be on the
way. It needs no configuration and no store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from miroir.errors import MiroirError
from miroir.operations.trace.reading import EXPORT
from miroir.operations.trace.verifying import Verified, told
from miroir.trace.chain import Head, Line
from miroir.trace.heads import SignedHead, read_head
from miroir.trace.verifying import Fault, Walk


class NoExport(MiroirError):
    """This file is no whole export of a journal."""


@dataclass(slots=True)
class _Export:
    """An export read line by line; `heads` are known at its end."""

    path: Path
    heads: list[SignedHead] = field(default_factory=list)

    def header(self) -> dict[str, Any]:
        with self.path.open(encoding="utf-8") as file:
            document = json.loads(file.readline())
        if document["format"] != EXPORT or not document["whole"]:
            raise NoExport(
                f"{self.path}: lines of one company or person cannot be followed; "
                "export the whole journal"
            )
        return dict(document)

    def lines(self) -> Iterator[Line]:
        with self.path.open(encoding="utf-8") as file:
            next(file)
            for text in file:
                document = json.loads(text)
                if "head" in document:
                    self.heads.append(read_head(json.dumps(document["head"])))
                    continue
                given = document["line"]
                at = datetime.fromisoformat(given.pop("at"))
                yield Line(at=at, **given)


def verify_export(
    path: Path, public_key: bytes, kept: Sequence[SignedHead] = ()
) -> Verified:
    """Follow an export. `kept` are heads of another place. Raises NoExport."""
    export = _Export(path)
    try:
        # Twice through the file: heads come after the lines that they cover.
        for _ in export.lines():
            pass
        heads = {str(path): tuple(export.heads), "the heads kept": tuple(kept)}
        header = export.header()
        walk = Walk(
            chain=str(header["chain"]),
            keys=None,
            public=lambda _: public_key,
            heads=heads,
        )
        faults = [*walk.follow(export.lines()), *walk.end(Head(**header["head"]))]
    except (OSError, ValueError, LookupError, TypeError, StopIteration) as error:
        raise NoExport(
            f"{path}: cannot be read as an export of a journal ({error})"
        ) from None
    found = told(walk, faults)
    if found.lines and not found.heads:
        # Without a key, digests alone prove nothing of who wrote the lines.
        text = "no head was signed: nothing proves who wrote these lines"
        found = replace(found, faults=(*found.faults, Fault(0, text)))
    return found
