"""One simulated company as files, and in the store of a workplace."""

from __future__ import annotations

from pathlib import Path

from miroir.testing.payroll import SimulatedCompany, make_company

from tests.cli.commands import miroir

SOURCES = """
[sources.depot]
connector = "dsn-folder"
folder = "depot"

[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""
COMPANY = make_company(6, 2026, 3, 6, cause="CEG_ABSENTE")
OTHER = make_company(9, 2026, 1, 3)


def written(folder: Path, *companies: SimulatedCompany) -> Path:
    """Their files in `depot`, the first one's conditions in adhesions.csv."""
    depot = folder / "depot"
    depot.mkdir()
    for company in companies:
        for name, content in company.files:
            (depot / name).write_bytes(content)
    (folder / "adhesions.csv").write_bytes(companies[0].adhesions_csv)
    return depot


def stored(folder: Path) -> Path:
    """The configuration of a workplace that has received the company."""
    assert miroir("init", str(folder)).exit_code == 0
    config = folder / "miroir.toml"
    config.write_text(config.read_text() + SOURCES)
    written(folder, COMPANY)
    result = miroir("sync", "--config", str(config))
    assert result.exit_code == 0, result.output
    return config
