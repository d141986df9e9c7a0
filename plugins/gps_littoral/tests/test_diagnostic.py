"""What our diagnostic finds, beside what was expected of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import miroir
from miroir.testing.conformance.companies import analysed
from miroir.testing.golden import assert_golden

from miroir_gps_littoral.diagnostic import already_corrected

GOLDEN = Path(__file__).with_name("golden")
JANUARY = miroir.Month(2026, 1)


def line(company: miroir.CompanyView, calculated: int | None) -> miroir.CampaignLine:
    return miroir.CampaignLine(
        siren=company.siren, period=JANUARY, declared=100_00, calculated=calculated
    )


def test_a_month_that_is_right_by_now_is_closed() -> None:
    right = next(each.view for each in analysed() if not each.view.gaps)
    assert already_corrected(right) == []
    named = replace(right, campaign=(line(right, 120_00),))
    found = already_corrected(named)
    assert_golden(GOLDEN / "diagnostic.txt", "\n".join(map(str, found)))
    same = replace(right, campaign=(line(right, 100_00),))
    assert already_corrected(same) == []


def test_a_month_that_is_still_wrong_is_not() -> None:
    wrong = next(each.view for each in analysed() if each.view.gaps)
    named = replace(wrong, campaign=(line(wrong, 120_00),))
    assert already_corrected(named) == []
