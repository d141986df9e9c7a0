"""The misbehaviours of plugins, kept from one command to the next.

One line of JSON each, in a file that any command adds to, whether the store
answers or not. `miroir metrics` counts them, `miroir doctor` tells the last.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILE, BEFORE = "misbehaviours.jsonl", "misbehaviours.before.jsonl"
_MOST_BYTES = 4 * 1024 * 1024
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One misbehaviour. `at`: ISO 8601, UTC; `kind`: one of `Misbehaviour`."""

    at: str
    run: str
    plugin: str
    release: str
    kind: str
    told: str


def add(folder: Path, note: Note) -> None:
    """Add a note; a file that is full makes place for a new one, and stays beside
    it until that one is full.

    A folder that cannot be written to is told in the log, and stops nothing.
    """
    line = json.dumps(asdict(note), ensure_ascii=False) + "\n"
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        where = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # One write at the end of the file: other commands add theirs.
            os.write(where, line.encode())
            full = os.fstat(where).st_size > _MOST_BYTES
        finally:
            os.close(where)
        if full:
            path.replace(folder / BEFORE)
    except OSError as error:
        log.warning("%s: %s", path, error.strerror)


def read(folder: Path) -> Iterator[Note]:
    """The notes, the oldest first; a line that was cut short is passed over."""
    for name in (BEFORE, FILE):
        try:
            lines = (folder / name).read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            continue
        for line in lines:
            try:
                yield Note(**json.loads(line))
            except (ValueError, TypeError):
                continue
