"""Finding and reading miroir.toml and the files of conf.d beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from miroir.config.entries import Entry, Kind, Layer, Origin, flatten
from miroir.errors import ConfigurationError

FILE_NAME = "miroir.toml"
SYSTEM_FILE = Path("/etc/miroir") / FILE_NAME


def find_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The configuration file to read, None when there is none anywhere.

    A file that was asked for by name must be there: ConfigurationError.
    """
    for asked, how in (
        (config, "--config"),
        (environ.get("MIROIR_CONFIG"), "MIROIR_CONFIG"),
    ):
        if asked:
            path = Path(asked).absolute()
            if not path.is_file():
                raise ConfigurationError(
                    [f"{path}: no such file, asked for by {how}. Correct the path."]
                )
            return path
    return next((path for path in usual_places() if path.is_file()), None)


def usual_places() -> Iterator[Path]:
    """Where the file is looked for, in order, when nobody names it."""
    yield Path(FILE_NAME).absolute()
    yield Path("config", FILE_NAME).absolute()
    yield SYSTEM_FILE


def read_files(file: Path) -> Iterator[Layer | str]:
    """The file, then `conf.d/*.toml` beside it: a layer each, or a problem."""
    yield _read(file, Kind.FILE)
    for path in sorted((file.parent / "conf.d").glob("*.toml")):
        if not path.name.startswith("."):
            yield _read(path, Kind.DROP_IN)


def _read(path: Path, kind: Kind) -> Layer | str:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"cannot be read ({error.strerror}). Give this user the right to read it."
    except UnicodeDecodeError as error:
        why = f"is not UTF-8 (byte {error.start}). Save it as UTF-8."
    except tomllib.TOMLDecodeError as error:
        why = f"is not valid TOML: {error}. Correct this line."
    else:
        origin = Origin(kind=kind, place=str(path))
        return {key: Entry(value, origin) for key, value in flatten(table)}
    return f"{path}: {why}"
