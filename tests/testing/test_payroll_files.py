"""The files that the simulator writes: totals, encodings, shapes, errors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from miroir.demo import demo_adhesions, demo_company, demo_files
from miroir.testing.payroll import (
    CAUSES,
    Delivery,
    Habits,
    SimulatedCompany,
    make_company,
)
from miroir.types.identity import is_nir, is_siren, is_siret

LINE = re.compile(r"(S[0-9]{2}\.G[0-9]{2}\.[0-9]{2})\.([0-9]{3}),'(.+)'")
YEARS = range(2019, 2027)


def lines(content: bytes, encoding: str = "iso-8859-1") -> list[tuple[str, str, str]]:
    found = []
    for text in content.decode(encoding).splitlines():
        match = LINE.fullmatch(text)
        assert match is not None, text[:14]
        found.append((match[1], match[2], match[3]))
    return found


def envois(content: bytes, encoding: str) -> Iterator[list[tuple[str, str, str]]]:
    current: list[tuple[str, str, str]] = []
    for line in lines(content, encoding):
        if line[0][:3] in {"S05", "S06", "S95", "S96"}:
            continue
        current.append(line)
        if line[:2] == ("S90.G00.90", "002"):
            yield current
            current = []
    assert current == []


def values(content: bytes, block: str, number: str, encoding: str) -> list[str]:
    wanted = (block, number)
    return [line[2] for line in lines(content, encoding) if line[:2] == wanted]


@pytest.mark.parametrize("year", YEARS)
def test_a_right_company_has_no_gap(year: int) -> None:
    made = make_company(7, year, 6, 20)
    assert made.expected_gaps == {}
    assert made.payment_gaps == {}
    assert len(made.files) == 6


@pytest.mark.parametrize("year", YEARS)
def test_the_norm_follows_the_year(year: int) -> None:
    content = make_company(1, year, 1, 5, Habits()).files[0][1]
    norm = values(content, "S10.G00.00", "006", "iso-8859-1")
    assert norm == [f"P{year % 100}V01"]
    codes = set(values(content, "S21.G00.81", "001", "iso-8859-1"))
    assert ("131" in codes) == (year >= 2025)
    assert ("105" in codes) == (year < 2025)
    assert ("142" in codes) == (year >= 2025)
    assert "146" not in codes or year == 2026


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(),
        Delivery(together=3),
        Delivery(fractions=3),
        Delivery(lot=True),
        Delivery(lot=True, together=2, fractions=2, notices=True),
        Delivery(replaced=frozenset({2}), copied=frozenset({1})),
        Delivery(substituted=frozenset({3}), notices=True),
    ],
    ids=repr,
)
@pytest.mark.parametrize("establishments", [1, 4])
def test_totals_count_every_line(delivery: Delivery, establishments: int) -> None:
    made = make_company(3, 2026, 4, 9, delivery=delivery, establishments=establishments)
    for _, content in made.files:
        for envoi in envois(content, made.habits.encoding):
            assert envoi[-2][2] == str(len(envoi))
            headers = [line for line in envoi if line[:2] == ("S20.G00.05", "001")]
            assert envoi[-1][2] == str(len(headers)) != "0"


def test_fractions_share_the_people_out() -> None:
    made = make_company(3, 2026, 1, 9, delivery=Delivery(fractions=3))
    encoding = made.habits.encoding
    content = made.files[0][1]
    assert values(content, "S20.G00.05", "003", encoding) == ["13", "23", "33"]


def test_an_establishment_without_people_says_so() -> None:
    made = make_company(3, 2026, 1, 2, establishments=4)
    kinds = values(made.files[0][1], "S20.G00.05", "002", made.habits.encoding)
    assert sorted(kinds) == ["01", "01", "02", "02"]


def test_a_replacement_has_a_higher_rank() -> None:
    made = make_company(3, 2026, 2, 6, cause="LEGITIME_ANNULE_ET_REMPLACE")
    first, second = made.files[-2:]
    assert [name[-6:] for name, _ in (first, second)] == ["-1.dsn", "-2.dsn"]
    encoding = made.habits.encoding
    assert values(first[1], "S20.G00.05", "002", encoding) == ["01"]
    assert values(second[1], "S20.G00.05", "002", encoding) == ["03"]
    assert values(second[1], "S20.G00.05", "004", encoding) == ["2"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "cp1252"])
@pytest.mark.parametrize("crlf", [True, False])
@pytest.mark.parametrize("final_newline", [True, False])
def test_bytes_follow_the_habits(
    encoding: str, crlf: bool, final_newline: bool
) -> None:
    habits = Habits(encoding=encoding, crlf=crlf, final_newline=final_newline)
    content = make_company(2, 2026, 1, 8, habits).files[0][1]
    assert content.count(b"\r\n") == (content.count(b"\n") if crlf else 0)
    assert content.endswith(b"\n") == final_newline
    assert "ÉCLUSE".encode(encoding) in content


def test_the_order_of_bases_follows_the_habits() -> None:
    for first in (True, False):
        habits = Habits(base_02_first=first, contract_in_base=first)
        content = make_company(2, 2026, 1, 8, habits, simple=True).files[0][1]
        codes = values(content, "S21.G00.78", "001", "iso-8859-1")
        assert codes[:2] == (["02", "03"] if first else ["03", "02"])
        named = values(content, "S21.G00.78", "006", "iso-8859-1")
        assert bool(named) == first


def test_people_and_companies_are_well_formed_and_unreal() -> None:
    made = make_company(11, 2026, 1, 60, establishments=3)
    assert is_siren(made.siren) and made.siren.startswith("999")
    assert all(is_siret(siret) for siret in made.company.sirets)
    numbers = {person.number for person in made.company.people}
    assert len(numbers) == 60
    nirs = [p.number for p in made.company.people if p.has_nir]
    assert all(is_nir(nir) and nir[5:10] == "99999" for nir in nirs)


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from miroir.testing.payroll import make_company;"
        "files = make_company(5, 2026, 3, 9, cause='CET_ABSENTE').files;"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1


IN_AMOUNTS = [
    name
    for name, cause in CAUSES.items()
    if cause.rules != CAUSES["REGIME_71_ERRONE"].rules
]


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_can_be_injected(name: str) -> None:
    made = make_company(4, 2026, 5, 9, cause=name)
    assert made.causes == (name,)
    if name.startswith("LEGITIME_"):
        assert made.expected_gaps == {}
    if name in IN_AMOUNTS:
        assert made.expected_gaps != {}
    if CAUSES[name].scope == "employees":
        concerned = {p.number for p in made.company.people[: len(CAUSES[name].careers)]}
        assert {number for number, _ in made.expected_gaps} <= concerned


def gaps(made: SimulatedCompany) -> set[int]:
    """Those of the two people that the cause put there, above the ceiling."""
    two = {person.number for person in made.company.people[:2]}
    return {gap for (who, _), gap in made.expected_gaps.items() if who in two}


def test_some_gaps_reckoned_by_hand() -> None:
    made = make_company(4, 2026, 3, 6, Habits(), "PMSS_ANNEE_PRECEDENTE", simple=True)
    # 80 € between 3,925 and 4,005 go from T1 to T2: 14.27 %, and nothing else
    assert all(abs(gap - 1_142) <= 1 for gap in gaps(made))
    made = make_company(4, 2026, 3, 6, Habits(), "CET_SUR_T2_SEULE", simple=True)
    assert all(abs(gap + 1_402) <= 1 for gap in gaps(made))  # 0.35 % of 4,005


def test_a_cause_that_cannot_show_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot show"):
        make_company(
            1, 2026, 1, 5, cause="REGULARISATION_PROGRESSIVE_ABSENTE", simple=True
        )
    with pytest.raises(ValueError, match="needs 3 employees"):
        make_company(1, 2026, 4, 2, cause="CET_TEST_MENSUEL")


def test_payments_are_off_by_what_is_said() -> None:
    made = make_company(4, 2026, 3, 9, cause="PAIEMENT_142_146_AJOUTEES")
    assert len(made.payment_gaps) == 3
    assert all(amount > 0 for amount in made.payment_gaps.values())
    made = make_company(4, 2026, 3, 9, cause="LEGITIME_PAIEMENT_ARRONDI_EURO")
    assert all(abs(amount) <= 50 for amount in made.payment_gaps.values())


def test_a_missing_month_has_no_file() -> None:
    made = make_company(4, 2026, 4, 6, cause="DSN_MENSUELLE_MANQUANTE")
    assert [name[-6:-4] for name, _ in made.files] == ["01", "03", "04"]


def test_the_demonstration() -> None:
    assert len(demo_files()) == 6
    assert demo_adhesions().count(b"\n") == 4
    made = demo_company()
    assert is_siren(made.siren) and all(is_siret(s) for s in made.company.sirets)
    assert set(made.causes) <= set(CAUSES)
    months = {month for _, month in made.expected_gaps}
    assert months == {f"2026-{month:02d}" for month in range(1, 7)}
