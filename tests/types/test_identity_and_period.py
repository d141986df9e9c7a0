"""SIREN, SIRET, NIR, NTT, and months."""

from __future__ import annotations

from datetime import date

import pytest
from miroir.types.identity import PersonNumber, is_nir, is_siren, is_siret
from miroir.types.period import Month


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("999000243", True),
        ("999000244", False),
        ("99900024", False),
        ("99900024X", False),
        ("999 000 243", False),
        ("٩٩٩٠٠٠٢٤٣", False),
    ],
)
def test_sirens(text: str, right: bool) -> None:
    assert is_siren(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("99900024300017", True),
        ("99900024300018", False),
        ("35600000049837", True),
        ("999000243", False),
        ("", False),
    ],
)
def test_sirets_and_la_poste(text: str, right: bool) -> None:
    assert is_siret(text) is right


def test_a_number_is_never_shown_by_accident() -> None:
    person = PersonNumber("1990199999901")
    assert "199" not in f"{person} {person!r} {[person]}"
    assert person.reveal() == "1990199999901"
    assert not person.is_ntt
    assert PersonNumber("1999000243ABC").is_ntt
    assert is_nir("155012A999999")


def test_months_are_ordered_and_counted() -> None:
    january = Month.parse("2026-01")
    assert (january.days, Month(2024, 2).days, Month(2026, 2).days) == (31, 29, 28)
    assert (january.previous, Month(2025, 12).next) == (Month(2025, 12), january)
    assert list(map(str, Month(2025, 11).until(january))) == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]
    assert Month(2026, 7).january == january
    assert date(2026, 1, 31) in january
    assert date(2026, 2, 1) not in january
    assert list(january.until(Month(2025, 12))) == []


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "2026/01", "", "x"])
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="2026-03"):
        Month.parse(text)
