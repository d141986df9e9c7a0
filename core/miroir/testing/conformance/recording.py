"""Keeping the settings of a plugin as they are today, as a promise."""

from __future__ import annotations

import sysconfig
from collections.abc import Sequence
from pathlib import Path

from miroir.errors import MiroirError, NothingFound
from miroir.testing.conformance.grading import conformance_module
from miroir.testing.conformance.tables import TableContract, record


class RecordingRefused(MiroirError):
    """The settings of a released plugin are its author's to promise."""


def record_settings(name: str) -> Sequence[Path]:
    """Write the `recorded` files of a plugin's contracts; returns them.

    Raises NothingFound when the plugin has no contract with such a file, and
    RecordingRefused when the plugin is a released one, that nobody develops here.
    """
    entry = conformance_module(name)
    module = entry.load() if entry else None
    written = []
    for contract in vars(module).values() if module else ():
        if not isinstance(contract, type) or not issubclass(contract, TableContract):
            continue
        if contract.recorded is not None and contract.connector:
            _require_checkout(name, contract.recorded)
            record(contract)
            written.append(contract.recorded)
    if not written:
        raise NothingFound(f"No contract of '{name}' has a `recorded` file.")
    return sorted(set(written))


def _require_checkout(name: str, file: Path) -> None:
    if file.is_relative_to(sysconfig.get_path("purelib")):
        raise RecordingRefused(
            f"'{name}' is installed from a release: its settings are recorded where it "
            "is developed, once it is installed from there with `pip install -e`."
        )
