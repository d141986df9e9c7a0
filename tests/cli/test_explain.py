"""`miroir explain` as an adviser runs it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main

from tests.cli.commands import miroir
from tests.cli.one_company import COMPANY, OTHER, stored, written

PERSONS = sorted({person for person, _ in COMPANY.expected_gaps})
NIR = PERSONS[0]
MONTHS = sorted({month for person, month in COMPANY.expected_gaps if person == NIR})


@pytest.fixture
def depot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    return written(tmp_path, COMPANY)


def explain(depot: Path, *arguments: str) -> Result:
    adhesions = depot.parent / "adhesions.csv"
    given = ("--from", str(depot), "--adhesions", str(adhesions))
    return miroir("explain", COMPANY.siren, *arguments, *given)


def test_every_line_with_a_gap_is_explained(depot: Path) -> None:
    result = explain(depot, "--format", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["schema"] == "miroir.explanation/1"
    assert document["siren"] == COMPANY.siren
    lines = document["lines"]
    assert len({(line["employee"], line["period"]) for line in lines}) == len(
        COMPANY.expected_gaps
    )
    for line in lines:
        assert line["computed"] and line["steps"]
        assert all(step["rule"] and step["label"] for step in line["steps"])
        for one in line["declared"]:
            file = Path(one["file"])
            shown = file.read_bytes().splitlines()[one["line"] - 1].decode("latin-1")
            assert shown.startswith(one["rubrique"])
            assert one["amount"] is None or one["amount"] in shown


def test_the_text_goes_from_the_declaration_to_the_gap(depot: Path) -> None:
    result = explain(depot, NIR, MONTHS[0])
    assert result.exit_code == 0, result.output
    said = result.stdout
    for part in ("Déclaré", "Base plafonnée (02)", "cotisation (131)", "Calculé"):
        assert part in said
    assert re.search(r"S21\.G00\.81\.004 \S+\.dsn:\d+", said)
    assert re.search(r"Plafond du mois .*€ +PMSS .*\[1\]", said)
    assert re.search(r"CEG T1 .*employeur .*salarié .*\[\d\]", said)
    assert re.search(r"\[1\] R\.242-2 CSS", said)
    assert re.search(r"131 +−.*€ +=", said) and "total" in said
    assert said.index("Déclaré") < said.index("Calculé") < said.index("Écart")


@pytest.mark.parametrize("shape", ["plain", "spaced", "with_key"])
def test_a_number_is_found_as_it_is_typed_and_never_shown(
    depot: Path, shape: str
) -> None:
    typed = {
        "plain": NIR,
        "spaced": " ".join((NIR[:1], NIR[1:3], NIR[3:5], NIR[5:7], NIR[7:])),
        "with_key": f"{NIR}42",
    }[shape]
    result = explain(depot, typed)
    assert result.exit_code == 0, result.output
    assert NIR not in result.output and typed not in result.output
    assert result.stdout.count("Déclaré") >= len(MONTHS)


def test_a_pseudonym_finds_its_employee(depot: Path) -> None:
    document = json.loads(explain(depot, NIR, "--format", "json").stdout)
    name = document["lines"][0]["employee"]
    again = json.loads(explain(depot, name, "--format", "json").stdout)
    assert again == document


def test_a_number_can_be_asked_for_out_of_the_history(depot: Path) -> None:
    arguments = ["explain", COMPANY.siren, "-", "--from", str(depot)]
    result = CliRunner().invoke(main, arguments, input=f"{NIR}\n")
    assert result.exit_code == 0, result.output
    assert NIR not in result.output and "Déclaré" in result.stdout


def test_a_month_alone_takes_every_employee_with_a_gap(depot: Path) -> None:
    month = MONTHS[0]
    document = json.loads(explain(depot, month, "--format", "json").stdout)
    assert {line["period"] for line in document["lines"]} == {month}
    expected = {person for person, at in COMPANY.expected_gaps if at == month}
    assert len(document["lines"]) == len(expected)


def test_an_unknown_employee_is_not_repeated_and_the_known_ones_are_named(
    depot: Path,
) -> None:
    result = explain(depot, "1990199999901")
    assert result.exit_code == 1
    assert "1990199999901" not in result.output
    assert len(re.findall(r"e-[a-z2-7]{16}", result.stderr)) >= len(PERSONS)


def test_an_unknown_month_names_those_there_are(depot: Path) -> None:
    result = explain(depot, "2025-01")
    assert result.exit_code == 1
    assert "2025-01" in result.stderr and "2026-01, 2026-02, 2026-03" in result.stderr


def test_a_company_that_is_not_declared_names_those_that_are(depot: Path) -> None:
    result = miroir("explain", OTHER.siren, "--from", str(depot))
    assert result.exit_code == 1
    assert f"They declare: {COMPANY.siren}." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["123456789"], "not a SIREN"),
        (["nowhere"], "no such file or folder"),
        (["123456789", "--from", __file__], "is not a SIREN"),
        ([COMPANY.siren, "--from", __file__, "--company", OTHER.siren], "--company"),
        ([COMPANY.siren, "2026-13"], "is not a month"),
        ([COMPANY.siren, "e-aaaa", "mars"], "is not a month"),
        ([COMPANY.siren, "--adhesions", __file__], "goes with files"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str) -> None:
    result = miroir("explain", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_without_any_gap_it_says_so_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, OTHER)
    result = miroir("explain", OTHER.siren, "--from", str(depot))
    assert result.exit_code == 0, result.output
    assert "Aucun écart au-delà de 0,05" in result.stdout
    assert "ajoutez son pseudonyme" in result.stdout


def test_files_come_first_or_after_the_company(depot: Path) -> None:
    adhesions = str(depot.parent / "adhesions.csv")
    first = miroir("explain", str(depot), MONTHS[0], "--adhesions", adhesions)
    assert first.exit_code == 0, first.output
    assert first.stdout == explain(depot, MONTHS[0]).stdout
    chosen = miroir("explain", str(depot), "--company", OTHER.siren)
    assert chosen.exit_code == 1 and OTHER.siren in chosen.stderr


def test_bases_are_explained_by_the_sums_they_come_from(depot: Path) -> None:
    """T1 of a month: the least of both sums, less what is counted already."""
    document = json.loads(explain(depot, "--format", "json").stdout)
    seen = 0
    for line in document["lines"]:
        (step,) = [one for one in line["steps"] if one["label"] == "Tranche 1"]
        given = {name: Decimal(value) for name, value in step["inputs"].items()}
        if "cumul des plafonds" not in given:
            continue
        whole = min(given["cumul des assiettes"], given["cumul des plafonds"])
        assert whole - given["déjà compté"] == Decimal(step["amount"])
        seen += 1
    assert seen


def test_lines_that_are_not_computed_do_not_pass_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, COMPANY)
    for file in depot.iterdir():  # a year whose parameters nobody knows yet
        file.write_bytes(file.read_bytes().replace(b"2026'", b"2046'"))
    result = miroir("explain", COMPANY.siren, "--from", str(depot))
    assert result.exit_code == 0, result.output
    told = re.search(r"(\d+) lines are not computed.*(e-[a-z2-7]{16})", result.stderr)
    assert told is not None
    shown = miroir("explain", COMPANY.siren, told[2], "--from", str(depot)).stdout
    assert int(told[1]) >= shown.count("Non calculé") == shown.count("Déclaré") > 0
    assert "Remarques" in shown


def test_the_store_tells_the_same_as_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = stored(tmp_path)
    before = (tmp_path / "miroir.db").read_bytes()
    result = miroir(
        "explain", COMPANY.siren, NIR, "--format", "json", "--config", str(config)
    )
    assert result.exit_code == 0, result.output
    from_store = json.loads(result.stdout)["lines"]
    from_files = json.loads(
        explain(tmp_path / "depot", NIR, "--format", "json").stdout
    )["lines"]
    for one, other in zip(from_store, from_files, strict=True):
        assert one["gap_by_code"] == other["gap_by_code"]
        assert one["steps"] == other["steps"]
    assert (tmp_path / "miroir.db").read_bytes() == before


def test_a_company_that_was_never_received_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = stored(tmp_path)
    result = miroir("explain", OTHER.siren, "--config", str(config))
    assert result.exit_code == 1
    assert "miroir sync" in result.stderr
