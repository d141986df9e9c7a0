"""Values of the payroll simulator, 2019 to 2026: cents, and rates in 1/1000 %.

Its own copy on purpose: tests compare two implementations, so it shares
neither values nor arithmetic with `miroir.recomputation`.
"""

from __future__ import annotations

from datetime import date

PMSS = {  # arrêtés annuels, plafond mensuel; 2026: JO of 23/12/2025
    2018: 331100,
    2019: 337700,
    2020: 342800,
    2021: 342800,
    2022: 342800,
    2023: 366600,
    2024: 386400,
    2025: 392500,
    2026: 400500,
}

_SMIC_HOURLY = (  # décrets SMIC, cents an hour
    (date(2019, 1, 1), 1003),
    (date(2020, 1, 1), 1015),
    (date(2021, 1, 1), 1025),
    (date(2021, 10, 1), 1048),
    (date(2022, 1, 1), 1057),
    (date(2022, 5, 1), 1085),
    (date(2022, 8, 1), 1107),
    (date(2023, 1, 1), 1127),
    (date(2023, 5, 1), 1152),
    (date(2024, 1, 1), 1165),
    (date(2024, 11, 1), 1188),
    (date(2026, 1, 1), 1202),
    (date(2026, 6, 1), 1231),
)

_REDUCTION_T = (  # T of D.241-7 CSS, in 1/10000: under 50 employees, from 50
    (date(2019, 1, 1), 2809, 2849),
    (date(2019, 10, 1), 3214, 3254),
    (date(2020, 1, 1), 3205, 3245),
    (date(2021, 1, 1), 3206, 3246),
    (date(2022, 1, 1), 3195, 3235),
    (date(2023, 1, 1), 3191, 3231),
    (date(2024, 1, 1), 3194, 3234),
    (date(2025, 5, 1), 3193, 3233),
    (date(2026, 1, 1), 3981, 4021),  # Tmin 0.0200 + Tdelta 0.3781 or 0.3821
)

NORM = {year: f"P{year % 100}V01" for year in PMSS}

# ANI of 17/11/2017, art. 35 to 38; Apec: circulaire Agirc 2010-5-DF.
STANDARD_T1, STANDARD_T2 = 6200, 17000
CALL_RATE = 127
CEG_T1 = (1290, 860)
CEG_T2 = (1620, 1080)
CET = (210, 140)
APEC = (36, 24)
PENSION_POINTS = 601
"""Points of T that go to Agirc-Arrco: 4.72 + 1.29 (D.241-7 VI)."""

FULL_TIME_HOURS = 15167
"""Hundredths of an hour a month, as 40.012 writes them."""


def smic_hourly(year: int, month: int) -> int:
    day = date(year, month, 1)
    return max(row for row in _SMIC_HOURLY if row[0] <= day)[1]


def smic_monthly(year: int, month: int) -> int:
    """35 hours x 52 / 12, half-up."""
    return (smic_hourly(year, month) * 35 * 52 * 2 + 12) // 24


def reduction_smic(year: int, month: int) -> int:
    """The SMIC of the reduction: January's all 2026 (décret 2026-509)."""
    return smic_monthly(year, 1 if year == 2026 else month)


def reduction_t(year: int, month: int, from_50: bool) -> int:
    day = date(year, month, 1)
    _, under, over = max(row for row in _REDUCTION_T if row[0] <= day)
    return over if from_50 else under
