"""Signing the head of the journal, and keeping it in a second place."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from miroir.errors import StoreError
from miroir.operations.workplace import Workplace
from miroir.trace.heads import NoHead, SignedHead, read_head
from miroir.types.schedule import JobRun


def anchor(workplace: Workplace) -> tuple[SignedHead | None, int]:
    """Sign the head now; the new one, and how many heads the folder lacked.

    The folder is to be a place that this program cannot rewrite: a WORM share,
    a folder that another machine collects from. Raises StoreError when it
    cannot be written: the head stays signed, and goes there next time.
    """
    with workplace.store.write() as tables:
        new = tables.heads.add(workplace.keys.trace, workplace.clock())
        known = tables.heads.all()
    return new, keep(workplace.settings.trace.heads, known)


def anchor_what_is_new(workplace: Workplace, run: JobRun) -> str:
    """The job: sign the new lines, if any, and keep what is still to be kept."""
    new, written = anchor(workplace)
    said = f"head signed at line {new.seq}" if new else "nothing new to sign"
    return f"{said}, {written} heads kept"


def keep(folder: Path, heads: Sequence[SignedHead]) -> int:
    """Write the heads that a folder lacks, each whole; how many."""
    written = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # From the newest back: those before the first one found are there.
        missing: list[SignedHead] = []
        for head in reversed(heads):
            if (folder / head.file_name).exists():
                break
            missing.append(head)
        for head in reversed(missing):
            _write(folder, head)
            written += 1
    except OSError as error:
        raise StoreError(
            f"{folder}: signed heads cannot be kept there ({error.strerror}); "
            "correct `trace.heads`, or the rights on it"
        ) from error
    return written


def kept(folder: Path) -> tuple[tuple[SignedHead, ...], tuple[str, ...]]:
    """The heads of a folder, and one line for each file that holds none."""
    heads, problems = [], []
    for path in sorted(folder.glob("head-*.json")):
        try:
            heads.append(read_head(path.read_text("utf-8")))
        except (NoHead, OSError, UnicodeDecodeError):
            problems.append(f"{path}: no signed head can be read here")
    return tuple(heads), tuple(problems)


def _write(folder: Path, head: SignedHead) -> None:
    draft = folder / f".{head.file_name}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head.document(), indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / head.file_name)
