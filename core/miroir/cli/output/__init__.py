"""One analysis, four ways to hand it over: table, JSON, CSV, workbook."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from miroir.cli.output.mask import Mask
from miroir.types.amounts import Cents
from miroir.types.diagnosis import TOLERANCE, Analysis
from miroir.types.identity import PersonNumber

FORMATS = ("table", "json", "csv", "xlsx")

EXPLAINED = ("table", "json")

Writer = Callable[[Analysis, Mask, Cents, BinaryIO], None]


def write(
    analysis: Analysis,
    format: str,
    name_of: Callable[[PersonNumber], str],
    out: Path | None = None,
    tolerance: Cents = TOLERANCE,
    explain: bool = False,
) -> None:
    """Write `analysis` to the file `out`, or to the standard output.

    `name_of` gives what stands for a person: a pseudonym, or the number
    itself where showing it was asked. `explain`: how each amount was made, in
    a table or in JSON. Raises click.UsageError when a workbook
    has no file to go to, or when the file cannot be written.
    """
    mask = Mask(name_of)
    if format == "table" and out is None and sys.stdout.isatty():
        from miroir.cli.output.table import show_on_terminal

        show_on_terminal(analysis, mask, tolerance, explain)
        return
    writer = _writer(format, explain)
    if out is not None:
        with replacing(out) as stream:
            writer(analysis, mask, tolerance, stream)
    elif format == "xlsx":
        raise click.UsageError("--format xlsx writes a file: name it with -o FILE")
    else:
        sys.stdout.flush()
        writer(analysis, mask, tolerance, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _writer(format: str, explain: bool) -> Writer:
    """Imported when used: `miroir --help` needs none of them."""
    if explain and format not in EXPLAINED:
        raise click.UsageError(f"--explain goes with {' or '.join(EXPLAINED)}")
    match format:
        case "table":
            from miroir.cli.output.table import write_plain

            return partial(write_plain, explain=explain)
        case "json":
            from miroir.cli.output.analysis_json import write_json

            return partial(write_json, explain=explain)
        case "csv":
            from miroir.cli.output.analysis_csv import write_csv

            return write_csv
        case "xlsx":
            from miroir.cli.output.analysis_xlsx import write_xlsx

            return write_xlsx
    raise click.UsageError(f"{format}: unknown format; give {', '.join(FORMATS)}")


@contextmanager
def replacing(out: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name once whole, or not at all."""
    try:
        if out.exists() and not out.is_file():  # /dev/stdout, a named pipe
            with out.open("wb") as stream:
                yield stream
            return
        descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise click.UsageError(
            f"{out}: cannot be written ({error.strerror}); give -o another path"
        ) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
