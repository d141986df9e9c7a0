from __future__ import annotations

from pathlib import Path

import pytest
from miroir.testing.payroll import SimulatedCompany, make_company

from tests.operations.bulk.places import BulkPlace


@pytest.fixture(scope="session")
def companies() -> tuple[SimulatedCompany, ...]:
    """Three companies over three months: an error, late pay, a replaced month."""
    return tuple(
        make_company(seed, 2026, 3, 8, cause=cause, establishments=2)
        for seed, cause in (
            (11, "CET_ABSENTE"),
            (12, "LEGITIME_CORRIGE_PAR_RATTACHEMENT"),
            (13, "LEGITIME_ANNULE_ET_REMPLACE"),
        )
    )


@pytest.fixture
def place(tmp_path: Path, companies: tuple[SimulatedCompany, ...]) -> BulkPlace:
    """Every file of the companies, received."""
    made = BulkPlace(tmp_path / "place", [each.adhesions_csv for each in companies])
    made.receive([file for each in companies for file in each.files])
    return made
