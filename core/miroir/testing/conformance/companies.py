"""Three fictitious companies, analysed: one that is right, two that are not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.testing.payroll import make_company
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.source import ReceivedFile

_SEEDS = ((71, None), (72, "CEG_ABSENTE"), (73, "CET_ABSENTE"))


@cache
def analysed() -> Sequence[CompanyAnalysis]:
    """By SIREN, with what the built-in diagnostics find."""
    own = PluginManager.load(enabled=()).diagnostics()
    files = [
        ReceivedFile.of(name, content)
        for seed, cause in _SEEDS
        for name, content in make_company(
            seed, 2026, 2, 6, cause=cause, simple=True
        ).files
    ]
    return analyse(files, Knowledge(diagnostics=own)).companies
