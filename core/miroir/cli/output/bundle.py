"""The zip of `miroir diagnostic bundle`: each part by itself, all of it masked.

A part that cannot be made says why in its place: what is broken is what a
bundle is for.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path

from miroir.errors import MiroirError
from miroir.privacy import mask

LINES = 2_000
"""How many of the last lines of a log are taken."""
_COMPANY = re.compile(
    r"(?<![0-9A-Za-z.])[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{3}(?:[ ]?[0-9]{5})?(?![0-9A-Za-z])"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def written(file: Path, config: Path | None, logs: Sequence[Path]) -> list[str]:
    """Write the zip, whole or not at all; the names of its parts. MiroirError."""
    draft = file.with_name(f".{file.name}.part")
    names = []
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name, text in _parts(config, logs):
                archive.writestr(name, redacted(text))
                names.append(name)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise MiroirError(f"{file}: cannot be written ({error.strerror})") from None
    return names


def redacted(text: str) -> str:
    """A text without persons, companies, nor addresses of mail."""
    return _ADDRESS.sub("‹address›", _COMPANY.sub("‹company›", mask(text)))


def _parts(config: Path | None, logs: Sequence[Path]) -> Iterator[tuple[str, str]]:
    makers: Mapping[str, Callable[[], object]] = {
        "versions.json": _versions,
        "settings.json": lambda: _settings(config),
        "checks.json": lambda: _checks(config),
        "plugins.json": lambda: _plugins(config),
        "state.json": lambda: _state(config),
    }
    for name, make in makers.items():
        try:
            found = make()
        except MiroirError as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        yield name, json.dumps(found, ensure_ascii=False, indent=2, default=str)
    for number, path in enumerate(logs, 1):
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield f"log-{number}.txt", "".join(deque(lines, maxlen=LINES))


def _versions() -> object:
    packages = {each.name: each.version for each in distributions()}
    return {
        "python": sys.version,
        "platform": platform.platform(),
        "packages": dict(sorted(packages.items())),
    }


def _settings(config: Path | None) -> object:
    from miroir.config.display import rows
    from miroir.config.loading import load_settings

    settings = load_settings(config)
    return {
        row.key: {"value": row.value, "origin": row.origin} for row in rows(settings)
    }


def _checks(config: Path | None) -> object:
    from miroir.cli.checks import examine

    return [asdict(check) for check in examine(config)]


def _plugins(config: Path | None) -> object:
    from miroir.config.loading import load_settings
    from miroir.plugins import survey

    return [asdict(status) for status in survey(load_settings(config))]


def _state(config: Path | None) -> object:
    """Counts and moments: no row of any table."""
    from prometheus_client import generate_latest

    from miroir.config.loading import load_settings
    from miroir.operations.metrics import registry_of
    from miroir.store.schema import pending

    settings = load_settings(config)
    metrics = generate_latest(registry_of(settings)).decode()
    return {
        "migrations_to_do": [step.revision for step in pending(settings.store.url)],
        "metrics": [line for line in metrics.splitlines() if not line.startswith("#")],
    }
