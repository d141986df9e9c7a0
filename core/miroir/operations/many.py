"""Redo several companies: one that fails is set aside, and all of it is written.

The result file says what became of each, so that `miroir retry` takes up what
failed and what was not reached.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from miroir.errors import MiroirError, NothingFound, StoreError
from miroir.operations.reprocess import reprocess
from miroir.operations.workplace import Workplace
from miroir.privacy import mask

SCHEMA = "miroir.results/1"


class End(StrEnum):
    DONE = "done"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    """The run was cut before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one company. `changes`: how many, since its last time."""

    siren: str
    end: End
    seconds: float = 0.0
    changes: int = 0
    error: str = ""


def redo(workplace: Workplace, sirens: Sequence[str]) -> Iterator[Result]:
    """Redo each company in turn; raises StoreError, which no other would survive."""
    for siren in sirens:
        begun = time.monotonic()
        try:
            done = reprocess(workplace, siren)
        except StoreError:
            raise
        except MiroirError as error:
            yield Result(
                siren=siren,
                end=End.FAILED,
                seconds=time.monotonic() - begun,
                error=mask(str(error)),
            )
        else:
            yield Result(
                siren=siren,
                end=End.DONE,
                seconds=time.monotonic() - begun,
                changes=len(done.changes),
            )


class ResultFile:
    """The results of one run, written anew after each company: never half."""

    def __init__(
        self, folder: Path, run: str, begun: datetime, sirens: Sequence[str]
    ) -> None:
        self._run, self._begun = run, begun
        self._results = {
            siren: Result(siren=siren, end=End.NOT_REACHED) for siren in sirens
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{begun:%Y%m%dT%H%M%SZ}-{run}.json"
        self._write()

    def note(self, result: Result) -> None:
        """Keep what became of a company."""
        self._results[result.siren] = result
        self._write()

    def _write(self) -> None:
        document = {
            "schema": SCHEMA,
            "run": self._run,
            "begun": self._begun.isoformat(),
            "companies": [
                {**asdict(result), "redo": f"miroir reprocess {result.siren}"}
                for result in self._results.values()
            ],
        }
        draft = self.path.with_suffix(".part")
        text = json.dumps(document, ensure_ascii=False, indent=1)
        draft.write_text(f"{text}\n", encoding="utf-8")
        draft.replace(self.path)


def left_over(folder: Path, name: str | None = None) -> tuple[Path, list[str]]:
    """The result file to take up, and its companies that are not done.

    The last file, unless `name` is the run or the file of another one. Raises
    NothingFound.
    """
    found = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if name is not None:
        found = [
            path for path in found if name in (path.stem.split("-")[-1], path.name)
        ]
    if not found:
        asked = f"no run is named {name}" if name else "no run of several companies"
        raise NothingFound(f"{folder}: {asked}. `miroir reprocess --select` makes one.")
    document = json.loads(found[-1].read_text(encoding="utf-8"))
    left = [
        each["siren"] for each in document["companies"] if each["end"] != End.DONE.value
    ]
    return found[-1], left
