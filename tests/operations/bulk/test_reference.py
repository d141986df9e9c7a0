"""Months worked in bulk give, line for line, what the reference gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.privacy import load_keys
from miroir.testing.payroll import Delivery, make_company
from miroir.types.diagnosis import TOLERANCE
from miroir.types.identity import PersonNumber

from tests.operations.bulk.places import BulkPlace, by_month, differences
from tests.sweeps import first_measured
from tests.written import (
    NIR,
    OTHER_NIR,
    SIREN,
    as_bytes,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    pay,
    plain,
)

CAUSES = (
    None,
    "PMSS_ANNEE_PRECEDENTE",
    "REGULARISATION_PROGRESSIVE_ABSENTE",
    "APPRENTI_SEUIL_79",
    "REDUCTION_106_MAUVAISE_PART",
    "SALARIE_DECLARE_DEUX_FOIS",
    "SALARIE_OMIS_UN_MOIS",
    "STATUT_99_AFFILIE",
    "NIR_SOUS_DEUX_NOMS",
    "LEGITIME_CORRIGE_PAR_RATTACHEMENT",
    "LEGITIME_BASE_NEGATIVE",
    "LEGITIME_TEMPS_PARTIEL_SANS_PRORATA",
)
DELIVERIES = {
    "fractions": Delivery(fractions=2),
    "replaced": Delivery(replaced=frozenset({1, 3}), copied=frozenset({2})),
    "substituted": Delivery(substituted=frozenset({2})),
    "a month missing": Delivery(missing=frozenset({2})),
    "notices": Delivery(notices=True),
}


@pytest.mark.parametrize("cause", first_measured(CAUSES))
def test_month_after_month(tmp_path: Path, cause: str | None) -> None:
    company = make_company(21, 2026, 4, 9, cause=cause, establishments=2)
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    for month, files in enumerate(by_month(company.files, 4), start=1):
        place.receive(files)
        place.run(f"2026-{month:02d}", shards=2)
        assert differences(place.lines(), place.reference(f"2026-{month:02d}")) == []


@pytest.mark.parametrize("delivery", DELIVERIES.values(), ids=DELIVERIES)
def test_however_months_are_filed(tmp_path: Path, delivery: Delivery) -> None:
    company = make_company(22, 2026, 3, 8, delivery=delivery)
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    for month, files in enumerate(by_month(company.files, 3), start=1):
        if files:
            place.receive(files)
            label = f"2026-{month:02d}"
            place.run(label)
            assert differences(place.lines(), place.reference(label)) == []


@pytest.mark.parametrize("delivery", [Delivery(lot=True), Delivery(together=3)])
def test_one_file_for_several_months(tmp_path: Path, delivery: Delivery) -> None:
    company = make_company(23, 2026, 3, 8, delivery=delivery)
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    place.receive(company.files)
    done = place.run("2026-03")
    assert [str(month.period) for month in done] == ["2026-01", "2026-02", "2026-03"]
    assert differences(place.lines(), place.reference("2026-03")) == []


def test_the_gaps_are_those_of_the_payroll(tmp_path: Path) -> None:
    company = make_company(3, 2026, 4, 6, cause="CET_ABSENTE")
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    place.receive(company.files)
    place.run("2026-04")
    keys = load_keys(place.settings.keys.file)
    expected = {
        (keys.pseudonym(PersonNumber(number)), month): amount
        for (number, month), amount in company.expected_gaps.items()
    }
    found = place.gaps(company.siren)
    assert expected
    assert found.keys() == expected.keys()
    assert all(abs(found[key] - expected[key]) <= TOLERANCE for key in expected)


def test_a_month_replaced_after_it_was_published(tmp_path: Path) -> None:
    company = make_company(24, 2026, 3, 8, delivery=Delivery(replaced=frozenset({1})))
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    first, *others = company.files
    second = next(file for file in others if "2026-01-2" in file[0])
    place.receive([first, *(file for file in others if file != second)])
    place.run("2026-02")
    before = place.lines()
    place.receive([second])
    done = place.run("2026-03")
    assert [str(month.period) for month in done] == ["2026-01", "2026-02", "2026-03"]
    assert place.lines() != before
    assert differences(place.lines(), place.reference("2026-03")) == []


def write(place: BulkPlace, month: str, *people: list[str]) -> None:
    content = as_bytes(envelope(declaration(month, *people)))
    place.receive([(f"{month}.dsn", content)])


def test_a_gap_is_closed_by_a_later_month(tmp_path: Path) -> None:
    """January declares nothing under T1; February brings what was missing."""
    place = BulkPlace(tmp_path / "place")
    right = ("85.40", "115.00")
    write(place, "2026-01", plain("2026-01", "2000.00", "2000.00", ("0.00", "0.00")))
    place.run("2026-01")
    ((who, amount),) = place.gaps(SIREN).items()
    assert amount < 0
    late = base("02", "0.00", "2026-01", contribution("131", f"{-amount / 100:.2f}"))
    made = plain("2026-02", "2000.00", "2000.00", right)
    write(place, "2026-02", [*made, *late])
    place.run("2026-02")
    assert differences(place.lines(), place.reference("2026-02")) == []
    assert who not in place.gaps(SIREN)


def test_a_person_without_a_nir_and_one_hired_twice(tmp_path: Path) -> None:
    place = BulkPlace(tmp_path / "place")
    days = {"2026-01": "31.00", "2026-02": "28.00", "2026-03": "31.00"}

    def person(
        month: str, nir: str | None, ntt: str | None, *contracts: list[str]
    ) -> list[str]:
        pays = [pay(month, "2000.00", days=days[month])]
        bases = [
            base("02", "2000.00", month, contribution("131", "85.40")),
            base("03", "2000.00", month, contribution("131", "115.00")),
        ]
        return employee(contracts, month, pays, bases, nir=nir, ntt=ntt)

    twins = ["1990299999999999A" * 2 + end for end in "AB"]
    for month in days:
        start = "01012020" if month == "2026-01" else "01032026"
        people = [person(month, None, ntt, contract()) for ntt in twins]
        if month != "2026-02":
            people.append(person(month, NIR, None, contract(start)))
        people.append(person(month, OTHER_NIR, "NTT", contract()))
        write(place, month, *people)
        place.run(month)
        assert differences(place.lines(), place.reference(month)) == []
    assert len({key.person for key in place.lines()}) == 4


def _renamed(person: list[str]) -> list[str]:
    return [line.replace(NIR, OTHER_NIR) for line in person]


CHANGES = {
    "of a job": ({"n001": "15022026", "n010": "OUVRIER", "n028": "01022026"}, True),
    "of status from the first day": ({"n001": "01022026", "n003": "04"}, True),
    "of hours from the first day": ({"n001": "01022026", "n007": "100.00"}, True),
    "of status in the month": ({"n001": "15022026", "n003": "04"}, True),
    "of status and hours": (
        {"n001": "15022026", "n003": "04", "n007": "100.00"},
        False,
    ),
    "from no category": ({"n001": "15022026", "n003": "99"}, False),
    "of status two months ago": ({"n001": "01012026", "n003": "04"}, False),
    "of status to come": ({"n001": "01032026", "n003": "04"}, False),
    "of number": ({"n001": "01022026", "n014": "00007"}, False),
    "of start": ({"n001": "01022026", "n021": "01012019"}, False),
}


@pytest.mark.parametrize(("change", "sure"), CHANGES.values(), ids=CHANGES)
def test_a_contract_that_changed(
    change: dict[str, str], sure: bool, tmp_path: Path
) -> None:
    """February declares the change; the columns are sure of those that count for
    nothing, and the months are the reference's in any case."""
    place = BulkPlace(tmp_path / "place")
    for month in ("2026-01", "2026-02", "2026-03"):
        told = {"changes": [change]} if month == "2026-02" else {}
        c132 = "1.20" if month > "2026-01" else None
        write(
            place,
            month,
            plain(month, "5000.00", "4005.00", ("171.01", "287.50"), c132, **told),
            _renamed(plain(month, "2000.00", "2000.00", ("85.40", "115.00"))),
        )
        (done,) = place.run(month)
        assert differences(place.lines(), place.reference(month)) == []
        if month == "2026-02":
            assert done.figures["sure"] == 1 + sure
        if month == "2026-03" and sure:
            assert done.figures["sure"] == 2


def test_what_the_reader_refuses_is_named_and_counted_nowhere(tmp_path: Path) -> None:
    place = BulkPlace(tmp_path / "place")
    good = plain("2026-01", "2000.00", "2000.00", ("85.40", "115.00"))
    bad = [line.replace("004,'2000.00'", "004,'deux mille'") for line in good]
    place.receive(
        [
            ("good.dsn", as_bytes(envelope(declaration("2026-01", good)))),
            ("bad.dsn", as_bytes(envelope(declaration("2026-01", bad, nic="00025")))),
        ]
    )
    (done,) = place.run("2026-01")
    (refusal,) = done.unprocessed
    assert refusal.file == str(place.drop / "bad.dsn")
    text = place.received["bad.dsn"].decode("iso-8859-1").splitlines()
    assert "deux mille" in text[refusal.line - 1]
    assert done.figures["employees"] == 1
    assert differences(place.lines(), place.reference("2026-01")) == []


def test_the_norm_and_files_left_in_place(tmp_path: Path) -> None:
    company = make_company(25, 2026, 2, 6)
    place = BulkPlace(tmp_path / "place", [company.adhesions_csv])
    place.receive(company.files, in_place=True)
    place.run("2026-02")
    assert differences(place.lines(), place.reference("2026-02")) == []
