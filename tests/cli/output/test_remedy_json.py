"""The plan in the analysis: exact lines of a DSN, each once, and nobody's number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from miroir.cli.output.analysis_json import document
from miroir.cli.output.json_text import text_of
from miroir.cli.output.mask import Mask
from miroir.cli.output.remedy_json import Remedies
from miroir.correction.applying import UnreadablePlan
from miroir.correction.outline import outline_of
from miroir.correction.plan import How
from miroir.correction.planning import plan_of
from miroir.types.diagnosis import TOLERANCE, Analysis, CompanyAnalysis
from miroir.types.identity import PersonNumber

from tests.correction.companies import PLAIN, analysed, simulated, told

ON = date(2026, 6, 10)


def name_of(person: PersonNumber) -> str:
    return f"e-{person.reveal()[-5:]}"


def company(*causes: str) -> CompanyAnalysis:
    made = simulated(causes, others=PLAIN)
    return told(analysed(made), made.causes)


def read(one: CompanyAnalysis, mask: Mask | None = None) -> Any:
    analysis = Analysis(companies=(one,), refusals=())
    made = document(analysis, mask or Mask(name_of), TOLERANCE, on=ON)
    return json.loads("".join(text_of(made)))["companies"][0]


def test_the_rubriques_are_those_of_the_plan() -> None:
    given = company("CET_ABSENTE")
    plan, found = plan_of(given, ON), read(given)
    remedy = found["diagnoses"][0]["remedy"]
    (own,) = plan.declarations
    expected = [
        [f"{rubrique},'{value}'" for rubrique, value in one.lines]
        for one in own.corrections
        if one.person is not None
    ]
    assert [one["lines"] for one in remedy["corrections"]] == expected
    assert remedy["verdict"] == "correct" and remedy["payroll_setting"]
    (where,) = remedy["declared_in"]
    assert where["month"] == str(own.deposit.month)
    assert (where["mode"], where["type"]) == ("differentiel", "01")
    assert where["due"] == own.deposit.due.isoformat()
    (planned,) = found["plan"]["declarations"]
    assert planned["corrections"] == len(expected)
    (payment,) = planned["payments"]
    owed = next(one for one in own.corrections if one.how is How.PAYMENT)
    assert payment["lines"][0] == f"{owed.lines[0][0]},'{owed.lines[0][1]}'"
    assert found["plan"]["not_recomputed"] == []


def test_what_two_causes_leave_on_a_line_is_declared_once() -> None:
    given = company("CET_ABSENTE", "CEG_ABSENTE")
    first, second = (one["remedy"] for one in read(given)["diagnoses"][:2])
    both = [one for one in first["corrections"] if len(one["causes"]) == 2]
    assert both and second["corrected_with"] == [1]
    assert first["corrected_with"] == []
    assert second["declared_in"] == first["declared_in"]
    lines = [one for each in (first, second) for one in each["corrections"]]
    places = [(one["employee"], one["contract"], one["period"]) for one in lines]
    assert len(set(places)) == len(places)


def test_a_short_payment_is_a_correction_of_nobody() -> None:
    found = read(company("PAIEMENT_DIFFERENT_DU_DETAIL"))
    remedy = found["diagnoses"][0]["remedy"]
    assert remedy["corrections"]
    assert {one["employee"] for one in remedy["corrections"]} == {None}
    assert {one["how"] for one in remedy["corrections"]} == {"20"}


def test_what_only_the_company_has_is_asked_for() -> None:
    found = read(company("SALARIE_OMIS_UN_MOIS"))
    remedy = found["diagnoses"][0]["remedy"]
    assert remedy["verdict"] == "client_value"
    assert remedy["wanted"][0]["rubriques"] and not remedy["corrections"]


def test_a_month_declared_again_says_what_it_no_longer_holds() -> None:
    given = company("CODE_105_APRES_2025")
    made = document(
        Analysis(companies=(given,), refusals=()),
        Mask(name_of),
        TOLERANCE,
        on=date(2026, 5, 2),
    )
    found = json.loads("".join(text_of(made)))["companies"][0]
    corrections = found["diagnoses"][0]["remedy"]["corrections"]
    again = [one for one in corrections if one["how"] == "remplacement"]
    assert again
    assert all("S21.G00.81.001,'105'" in one["removed"] for one in again)


def test_shows_nobody_unless_asked() -> None:
    made = simulated(["CET_ABSENTE"], others=PLAIN)
    given = told(analysed(made), made.causes)
    nirs = {line.person.reveal() for line in given.view.mirror}
    hidden = json.dumps(read(given))
    assert not any(nir in hidden for nir in nirs)
    shown = read(given, Mask(PersonNumber.reveal))
    told_of = {
        one["employee"] for one in shown["diagnoses"][0]["remedy"]["corrections"]
    }
    assert told_of and told_of <= nirs


def test_a_contract_named_after_a_person_is_hidden() -> None:
    """Some payroll numbers a contract with the NIR of its employee."""
    given = company("CET_ABSENTE")
    nir = given.view.mirror[0].person.reveal()
    outline = outline_of(given, ON)
    (declared,) = outline.declarations
    corrections = tuple(
        replace(one, contract=nir, lines=(("S21.G00.78.006", nir),))
        for one in declared.corrections
    )
    changed = replace(declared, corrections=corrections)
    remedies = Remedies(replace(outline, declarations=[changed]), Mask(name_of))
    assert nir not in json.dumps(remedies.remedy(1))


def test_an_analysis_without_a_plan_is_given_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise UnreadablePlan("plan-1.dsn:3: RUBRIQUE_MISSING")

    monkeypatch.setattr("miroir.cli.output.remedy_json.outline_of", refused)
    found = read(company("CET_ABSENTE"))
    assert found["plan"] is None and "RUBRIQUE_MISSING" in found["failures"][0]
    assert found["diagnoses"][0]["remedy"]["text"]
