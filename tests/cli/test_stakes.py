"""`miroir stakes` as an adviser runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import miroir
from tests.cli.one_company import COMPANY, OTHER, stored, written

GAPS = COMPANY.expected_gaps
MISSING = -sum(GAPS.values())


@pytest.fixture
def depot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    return written(tmp_path, COMPANY)


def stakes(depot: Path, *arguments: str, as_of: str = "2026-04-10") -> Result:
    adhesions = depot.parent / "adhesions.csv"
    given = ("--adhesions", str(adhesions), "--as-of", as_of)
    return miroir("stakes", str(depot), *given, *arguments)


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_document_adds_up(depot: Path) -> None:
    result = stakes(depot, "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == "miroir.stakes/1"
    assert (found["siren"], found["as_of"]) == (COMPANY.siren, "2026-04-10")
    assert abs(cents(found["owed"]) - MISSING) <= 20
    assert sum(-cents(one["balance"]) for one in found["payments"]) == cents(
        found["owed"]
    )
    late = [month for one in found["payments"] for month in one["late"]]
    assert sum(cents(month["amount"]) for month in late) == cents(
        found["surcharges"]["by_rate"]
    )
    assert {month["percent"] for month in late} == {"2.53"}
    assert all("ANI" in month["source"] for month in late)
    assert found["surcharges"]["next_day"] == "2026-04-25"
    assert cents(found["surcharges"]["after_next_day"]) > cents(
        found["surcharges"]["by_rate"]
    )
    assert found["causes"][0]["cause"] == "CEG_ABSENTE"
    assert found["points"]["missing"] == "0.00"  # CEG buys none


def test_the_text_tells_each_month_late_with_its_source(depot: Path) -> None:
    said = stakes(depot).stdout
    plain = " ".join(said.split())
    assert plain.startswith("Ce qui est en jeu, SIREN")
    assert "estimation au 10 avril 2026" in plain
    assert re.search(r"CEG non déclarée \(établi\) : −.* salariés, ", plain)
    assert re.search(
        r"mois commencés du 26 février 2026 au 26 mars 2026 : .*2 fois", plain
    )
    assert "à l’échéance du 25 avril 2026, pas encore exigible" in plain
    assert re.search(r"\[1\] ANI du 17/11/2017, art\. 45", plain)
    assert "l’institution seule arrête les majorations" in plain
    for person, _ in GAPS:
        assert person not in said


def test_beyond_the_horizon_it_says_that_no_rate_is_published(depot: Path) -> None:
    said = " ".join(stakes(depot, as_of="2027-03-01").stdout.split())
    assert "Ce qui n’est pas chiffré" in said
    assert "aucun taux n’est publié pour 2027" in said
    assert "pas encore exigible" not in said and ", en retard" in said
    found = json.loads(stakes(depot, "--format", "json", as_of="2027-03-01").stdout)
    assert found["surcharges"]["by_rate"] is None
    assert found["surcharges"]["after_next_day"] is None


def test_without_any_gap_nothing_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    said = stakes(written(tmp_path, OTHER)).stdout
    assert "Rien à réclamer ni à rendre." in said
    assert "Majorations" not in said and "Sources" not in said


def test_the_store_tells_the_same_as_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = str(stored(tmp_path))
    given = ("--as-of", "2026-04-10", "--config", config)
    result = miroir("stakes", COMPANY.siren, *given)
    assert result.exit_code == 0, result.output
    assert result.stdout == stakes(tmp_path / "depot").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no such file or folder"),
        ([COMPANY.siren, "--as-of", "1/4/2026"], "does not match"),
        ([COMPANY.siren, "--company", "123"], "not a SIREN"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str) -> None:
    result = miroir("stakes", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_analysis_in_json_holds_the_same_object(depot: Path) -> None:
    adhesions = str(depot.parent / "adhesions.csv")
    made = miroir("analyse", str(depot), "--adhesions", adhesions, "--format", "json")
    (company,) = json.loads(made.stdout)["companies"]
    today = company["stakes"]["as_of"]
    alone = json.loads(stakes(depot, "--format", "json", as_of=today).stdout)
    assert company["stakes"] == {
        key: value for key, value in alone.items() if key not in ("schema", "siren")
    }
