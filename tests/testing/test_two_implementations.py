"""The simulator and the recomputation share no rule: they must agree."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from miroir.declaration.reader import read_dsn
from miroir.declaration.validity import judge_versions
from miroir.demo import demo_company
from miroir.recomputation.company import mirror
from miroir.testing.payroll import CAUSES, SimulatedCompany, make_company
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.declaration import Declaration, VersionStatus
from miroir.types.diagnosis import TOLERANCE
from miroir.types.source import ReceivedFile

from tests.sweeps import judged_only

pytestmark = judged_only
EXACT = [name for name, cause in CAUSES.items() if cause.certain]


def conditions(made: SimulatedCompany) -> list[AdhesionCondition]:
    found = []
    for row in made.adhesions_csv.decode().splitlines()[1:]:
        siren, siret, category, since, _, t1, t2, share, *rest = row.split(";")
        condition = AdhesionCondition(
            siren=siren,
            siret=siret,
            category=category,
            valid_from=date.fromisoformat(since),
            valid_until=None,
            rate_t1=Decimal(t1),
            rate_t2=Decimal(t2),
            employer_share=Decimal(share),
            idcc=rest[0],
            institution=rest[1],
            periodicity=rest[2],
            headcount=Headcount(rest[3]),
        )
        found.append(condition)
    return found


def current(made: SimulatedCompany) -> list[Declaration]:
    read: list[Declaration] = []
    for name, content in made.files:
        read.extend(read_dsn(ReceivedFile.of(name, content)).declarations)
    versions = judge_versions(read)
    return [v.declaration for v in versions if v.status is VersionStatus.CURRENT]


def differences(made: SimulatedCompany) -> dict[tuple[str, str], tuple[int, int]]:
    """Where they differ by more than the tolerance: expected and found."""
    found: Counter[tuple[str, str]] = Counter()
    for line in mirror(current(made), conditions(made)):
        found[line.person.reveal(), str(line.period)] += line.gap.total
    assert found
    return {
        key: (made.expected_gaps.get(key, 0), found[key])
        for key in {*found, *made.expected_gaps}
        if abs(made.expected_gaps.get(key, 0) - found[key]) > TOLERANCE
    }


@pytest.mark.parametrize("year", range(2019, 2027))
@pytest.mark.parametrize("seed", range(4))
def test_right_payrolls_show_no_gap(year: int, seed: int) -> None:
    assert differences(make_company(seed, year, 6, 20)) == {}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("seed", range(2))
def test_errors_show_to_the_cent(name: str, seed: int) -> None:
    """Without part-timers, apprentices or bonuses: there the law leaves a
    choice, and the reading nearest to the error may be kept."""
    made = make_company(seed, 2026, 5, 10, cause=name, simple=True)
    assert differences(made) == {}


def test_the_demonstration_shows_its_three_errors() -> None:
    assert differences(demo_company()) == {}
