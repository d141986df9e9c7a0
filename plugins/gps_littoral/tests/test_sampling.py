"""How many gaps are studied, beside what was expected."""

from __future__ import annotations

from pathlib import Path

import miroir
from miroir.testing.golden import assert_golden

from miroir_gps_littoral.sampling import size

GOLDEN = Path(__file__).with_name("golden")


def gaps(employees: int) -> miroir.EstablishmentGaps:
    return miroir.EstablishmentGaps(
        siren="999000243",
        siret="99900024300017",
        periods=(miroir.Month(2026, 1),),
        employees=employees,
        lines=employees,
        amount=employees * 10_00,
        causes={},
        configured=miroir.SampleSize(),
    )


def test_it_grows_with_what_is_at_stake() -> None:
    found = [f"{many} {size(gaps(many)).random}" for many in (5, 200, 20_000)]
    assert_golden(GOLDEN / "sampling.txt", "\n".join(found))
