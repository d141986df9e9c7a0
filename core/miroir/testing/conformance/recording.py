"""Keeping the settings of a plugin as they are today, as a promise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from miroir.errors import NothingFound
from miroir.testing.conformance.grading import conformance_module
from miroir.testing.conformance.tables import TableContract, record


def record_settings(name: str) -> Sequence[Path]:
    """Write the `recorded` files of a plugin's contracts; returns them.

    Raises NothingFound when the plugin has no contract with such a file.
    """
    entry = conformance_module(name)
    module = entry.load() if entry else None
    written = []
    for contract in vars(module).values() if module else ():
        if not isinstance(contract, type) or not issubclass(contract, TableContract):
            continue
        if contract.recorded is not None and contract.connector:
            record(contract)
            written.append(contract.recorded)
    if not written:
        raise NothingFound(f"No contract of '{name}' has a `recorded` file.")
    return sorted(set(written))
