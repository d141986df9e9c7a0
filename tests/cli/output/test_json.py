"""The document is the contract: its keys, its amounts, no personal number."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.cli.output.analysis_json import document, write_json
from miroir.cli.output.mask import Mask
from miroir.types.calculation import Amounts
from miroir.types.diagnosis import TOLERANCE, Analysis
from miroir.types.identity import PersonNumber

from tests.cli.output.analyses import (
    KLESIA,
    NIRS,
    NTT,
    SIREN,
    SIRET,
    company,
    diagnosis,
    mirror_line,
    name_of,
    whole,
)

CONTRACT = {
    "companies": {"siren", "declarations", "gaps", "payments", "diagnoses"},
    "declarations": {
        "siret",
        "period",
        "order",
        "type",
        "fraction",
        "norm",
        "sha256",
        "file",
        "status",
        "reason",
    },
    "gaps": {
        "siret",
        "employee",
        "contract",
        "period",
        "declared",
        "calculated",
        "amount",
        "by_code",
    },
    "payments": {"siret", "institution", "period", "declared", "expected", "amount"},
    "diagnoses": {
        "rank",
        "cause",
        "scope",
        "status",
        "periods",
        "employees",
        "amount",
        "explained",
        "evidence",
        "would_refute",
        "responsible",
        "remedy",
    },
    "evidence": {"file", "line", "rubrique", "value"},
    "rejected": {"file", "line", "code", "reason"},
}


def read(analysis: Analysis) -> Any:
    stream = io.BytesIO()
    write_json(analysis, Mask(name_of), TOLERANCE, stream)
    return json.loads(stream.getvalue().decode("utf-8"))


def test_holds_every_key_of_the_contract() -> None:
    found = read(whole())
    assert found["schema"] == "miroir.analysis/1"
    assert {"schema", "companies", "rejected"} <= found.keys()
    one = found["companies"][1]
    assert CONTRACT["companies"] <= one.keys()
    for name in ("declarations", "gaps", "payments", "diagnoses"):
        assert one[name], name
        for item in one[name]:
            assert CONTRACT[name] <= item.keys()
    assert CONTRACT["evidence"] <= one["diagnoses"][0]["evidence"][0].keys()
    assert CONTRACT["rejected"] <= found["rejected"][0].keys()


def test_companies_come_by_siren() -> None:
    found = read(whole())
    assert [one["siren"] for one in found["companies"]] == ["404833048", SIREN]


def test_a_gap_is_declared_minus_calculated_by_code_and_in_all() -> None:
    gap = read(whole())["companies"][1]["gaps"][0]
    assert gap["employee"] == name_of(PersonNumber(NIRS[0]))
    assert (gap["siret"], gap["contract"], gap["period"]) == (SIRET, "00001", "2026-01")
    assert gap["declared"] == "1234485.45"
    assert gap["calculated"] == "1234572.09"
    assert gap["amount"] == "-86.64"
    assert gap["by_code"] == {"131": "0.00", "132": "-0.60", "106": "-86.04"}


def test_a_diagnosis_says_everything() -> None:
    found = read(whole())["companies"][1]["diagnoses"][0]
    assert found["rank"] == 1
    assert (found["scope"], found["status"]) == ("company", "established")
    assert found["periods"] == ["2026-01", "2026-02", "2026-03"]
    assert found["amount"] == "-17.50"
    assert found["explained"] == "0.998"
    assert found["responsible"] == "editeur"
    remedy = found["remedy"]
    assert remedy["text"] == "Déclarer la différence sous 81/131, mois par mois."
    assert (remedy["verdict"], remedy["actor"]) == ("correct", "company")
    assert remedy["payroll_setting"]
    values = [one["value"] for one in found["evidence"]]
    expected = [name_of(PersonNumber(NIRS[0])), "•••", name_of(PersonNumber(NTT))]
    assert values == [*expected, "906.89"]


def test_a_cause_that_does_not_show_in_amounts_explains_null() -> None:
    analysis = Analysis(
        companies=(company(diagnoses=(diagnosis(explained=None),)),), refusals=()
    )
    assert read(analysis)["companies"][0]["diagnoses"][0]["explained"] is None


def test_payments_keep_why_a_difference_is_accepted() -> None:
    found = read(whole())["companies"][1]["payments"]
    assert [one["amount"] for one in found] == ["-0.49", "-110.49", "0.00"]
    assert found[0]["accepted"] == "versement en euros entiers"
    assert found[0]["institution"] == KLESIA


def test_shows_no_personal_number() -> None:
    stream = io.BytesIO()
    write_json(whole(), Mask(name_of), TOLERANCE, stream)
    text = stream.getvalue().decode()
    for secret in (*NIRS, NTT, "1 85 05 78", "MARTINEAU"):
        assert secret not in text
    assert '"order": 1748440926879' in text  # a clock, not a person


def test_shows_the_number_when_revealed_and_still_no_name() -> None:
    stream = io.BytesIO()
    write_json(whole(), Mask(PersonNumber.reveal), TOLERANCE, stream)
    text = stream.getvalue().decode()
    assert all(secret in text for secret in (NIRS[0], NIRS[1], NTT))
    assert "MARTINEAU" not in text


@pytest.mark.parametrize(("cents", "listed"), [(5, 0), (-5, 0), (6, 1), (-6, 1)])
def test_a_gap_is_listed_beyond_the_tolerance(cents: int, listed: int) -> None:
    line = mirror_line(declared=Amounts(c131=1000 + cents), due=Amounts(c131=1000))
    analysis = Analysis(companies=(company((line,)),), refusals=())
    assert len(read(analysis)["companies"][0]["gaps"]) == listed


@given(st.permutations(range(4)))
def test_the_order_of_the_lines_does_not_matter(order: list[int]) -> None:
    one = whole().companies[0]
    lines = tuple(one.view.mirror[index] for index in order)

    def gaps(mirror: Any) -> Any:
        analysis = Analysis(companies=(company(mirror),), refusals=())
        return document(analysis, Mask(name_of), TOLERANCE)["companies"]

    assert gaps(lines) == gaps(one.view.mirror)
