"""`miroir correct` as an adviser runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from miroir.declaration.reader import read_dsn
from miroir.testing.payroll import make_company
from miroir.types.source import ReceivedFile

from tests.cli.commands import miroir
from tests.cli.one_company import COMPANY, OTHER, stored, written

ON = ("--as-of", "2026-05-20")
"""January to March are declared; the DSN of April was due."""
MADE = make_company(8, 2026, 3, 6, cause="CET_ABSENTE", simple=True)
NIRS = {person for person, _ in MADE.expected_gaps}


@pytest.fixture
def depot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    return written(tmp_path, MADE)


def correct(depot: Path, *arguments: str) -> Result:
    adhesions = depot.parent / "adhesions.csv"
    given = ("--adhesions", str(adhesions), *ON)
    return miroir("correct", str(depot), *given, *arguments)


def test_the_plan_is_told_in_french_without_who_it_is_about(depot: Path) -> None:
    result = correct(depot)
    assert result.exit_code == 0, result.output
    said = result.stdout.replace("\u00a0", " ")
    for part in (
        "Plan de correction, SIREN",
        "établi le 20 mai 2026",
        "CET non déclarée (établi)",
        "Qui agit",
        "DSN de mai 2026",
        "au plus tard le",
        "Mode, un seul pour toute la déclaration",
        "de janvier à mars 2026",
        "Versement (bloc 20)",
        "Résultat attendu",
        "le plus grand écart restant",
    ):
        assert part in said
    assert not any(nir in said for nir in NIRS)
    assert all(len(line) <= 92 for line in said.splitlines())
    assert said.endswith("\n")


def test_the_json_holds_every_rubrique_and_value(depot: Path) -> None:
    result = correct(depot, "--format", "json")
    document = json.loads(result.stdout)
    assert document["schema"] == "miroir.correction/1"
    assert document["siren"] == MADE.siren and document["on"] == "2026-05-20"
    (declaration,) = document["declarations"]
    assert (declaration["month"], declaration["type"]) == ("2026-05", "01")
    assert declaration["mode"] == "differentiel"
    assert declaration["send_by"] == declaration["due"] > "2026-06-04"
    for one in declaration["corrections"]:
        assert one["lines"] and one["removed"] == []
        assert one["employee"] is None or one["employee"].startswith("e-")
    action = document["actions"][0]
    assert action["cause"] == "CET_ABSENTE" and action["verdict"] == "correct"
    assert action["declared_in"] == [
        {"siret": declaration["siret"], "month": "2026-05"}
    ]
    assert document["residual"]["after"] == "0.00"
    assert document["residual"]["left"] == document["residual"]["appeared"] == []
    (calendar,) = document["calendars"]
    assert len(calendar["next"]) == 3
    assert not any(nir in result.stdout for nir in NIRS)


def test_the_fragment_closes_the_gaps_when_it_is_received(
    depot: Path, tmp_path: Path
) -> None:
    fragment = tmp_path / "fragment.dsn"
    result = correct(depot, "--format", "dsn", "--reveal-nir", "-o", str(fragment))
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    after = miroir(
        "analyse",
        str(depot),
        str(fragment),
        "--adhesions",
        str(depot.parent / "adhesions.csv"),
        "--format",
        "json",
    )
    document = json.loads(after.stdout)
    assert document["rejected"] == []
    assert document["companies"][0]["gaps"] == []


def test_the_fragment_names_nobody_unless_it_is_asked(depot: Path) -> None:
    hidden = correct(depot, "--format", "dsn").stdout_bytes
    shown = correct(depot, "--format", "dsn", "--reveal-nir").stdout_bytes
    assert not any(nir.encode() in hidden for nir in NIRS)
    assert all(nir.encode() in shown for nir in NIRS)
    for content in (hidden, shown):
        reading = read_dsn(ReceivedFile.of("fragment.dsn", content))
        assert reading.refusals == ()
        for declaration in reading.declarations:
            for employee in declaration.employees:
                assert employee.family_name == "NOM A REPRENDRE"
                assert employee.block.get("008") is None
        assert b"FR76" not in content


def test_a_month_declared_again_is_masked_too(depot: Path) -> None:
    given = ("--adhesions", str(depot.parent / "adhesions.csv"))
    result = miroir(
        "correct", str(depot), *given, "--as-of", "2026-04-02", "--format", "dsn"
    )
    assert result.exit_code == 0, result.output
    assert not any(nir.encode() in result.stdout_bytes for nir in NIRS)
    reading = read_dsn(ReceivedFile.of("plan.dsn", result.stdout_bytes))
    assert reading.refusals == ()
    assert [one.kind.value for one in reading.declarations] == ["03", "01"]
    assert b"S20.G00.07" not in result.stdout_bytes
    told = miroir("correct", str(depot), *given, "--as-of", "2026-04-02").stdout
    assert "annule et remplace" in told and "à minuit" in told


def test_a_plan_of_the_store_is_the_one_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = stored(tmp_path)
    depot = tmp_path / "depot"
    result = miroir(
        "correct", COMPANY.siren, *ON, "--format", "json", "--config", str(config)
    )
    assert result.exit_code == 0, result.output
    mine = json.loads(correct(depot, "--format", "json").stdout)
    theirs = json.loads(result.stdout)
    assert [one["amount"] for one in mine["declarations"]] == [
        one["amount"] for one in theirs["declarations"]
    ]


def test_nothing_to_declare_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, OTHER)
    out = tmp_path / "fragment.dsn"
    result = correct(depot, "--format", "dsn", "-o", str(out))
    assert result.exit_code == 0 and not out.exists()
    assert "Nothing of this plan" in result.stderr
    assert "aucun écart" in correct(depot).stdout


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("STATUT_CADRE_DECLARE_NON_CADRE", ("40.003 = 01", "41.003 = 04", "depuis")),
        ("REGIME_71_ERRONE", ("71.002 = RUAA", "72.001 = RETA", "83.001", "base 02 =")),
        ("JOURS_53_A_ZERO", ("53.002 = 31 jours",)),
        ("SALARIE_OMIS_UN_MOIS", ("À demander", "S21.G00.78.004")),
        ("TAUX_SUPERIEUR_A_ADHESION", ("le service adhésion", "8,0 % en T1")),
        ("APPRENTI_109_ABSENTE", ("assiette du 109",)),
        ("PAIEMENT_142_146_AJOUTEES", ("à ne pas demander", "par rapport au détail")),
        ("DSN_MENSUELLE_MANQUANTE", ("peut encore être déposée jusqu’au",)),
        ("NIR_SOUS_DEUX_NOMS", ("le bon numéro de chacun",)),
    ],
)
def test_each_kind_of_correction_is_told(
    cause: str, said: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, make_company(11, 2026, 4, 9, cause=cause))
    result = correct(depot)
    assert result.exit_code == 0, result.output
    for part in said:
        assert part in " ".join(result.stdout.split())


def test_a_missing_month_that_is_too_old_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    made = make_company(11, 2026, 4, 9, cause="DSN_MENSUELLE_MANQUANTE")
    depot = written(tmp_path, made)
    adhesions = str(depot.parent / "adhesions.csv")
    result = miroir(
        "correct", str(depot), "--adhesions", adhesions, "--as-of", "2026-11-25"
    )
    assert "ne peut plus être déposée" in " ".join(result.stdout.split())


def test_lines_to_remove_are_told_when_a_month_is_declared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, make_company(11, 2026, 3, 9, cause="APEC_NON_CADRE"))
    adhesions = str(depot.parent / "adhesions.csv")
    result = miroir(
        "correct", str(depot), "--adhesions", adhesions, "--as-of", "2026-04-02"
    )
    assert "à retirer" in result.stdout
    assert "à déduire du versement du mois" in result.stdout


def test_a_day_is_refused_when_it_is_none(depot: Path) -> None:
    assert miroir("correct", str(depot), "--as-of", "demain").exit_code == 2


def test_a_path_that_is_not_there_is_told() -> None:
    result = miroir("correct", "nowhere.dsn")
    assert result.exit_code == 2 and "not a SIREN" in result.output


def test_the_page_shows_every_option() -> None:
    from miroir.cli.correct import correct as command

    page = (Path(__file__).parents[2] / "docs/correction.md").read_text("utf-8")
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--") and option != "--config":
                assert f"`{option}" in page, option
