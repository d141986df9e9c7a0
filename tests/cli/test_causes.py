"""`miroir causes`: what other programs and advisers look causes up with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from miroir.diagnostic.catalogue import causes as catalogue

from tests.cli.commands import miroir


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_cause_is_listed() -> None:
    found = json.loads(miroir("causes", "list", "--format", "json").stdout)
    assert found["schema"] == "miroir.causes/1"
    ids = [cause["id"] for cause in found["causes"]]
    assert ids == sorted(ids)
    assert set(ids) >= {cause.id for cause in catalogue()}
    assert all(cause["label"] and cause["remedy"] for cause in found["causes"])
    shown = miroir("causes", "list").stdout
    assert all(id in shown for id in ids)


def test_causes_are_listed_by_whether_data_show_them() -> None:
    """The two lists share out the catalogue; each cause of the second says why."""
    lists = [
        json.loads(miroir("causes", "list", option, "--format", "json").stdout)
        for option in ("--detected", "--undetected")
    ]
    found, others = (each["causes"] for each in lists)
    assert all(cause["detectors"] and cause["plugin"] for cause in found)
    assert all(cause["undetected"] and not cause["detectors"] for cause in others)
    ids = [cause["id"] for cause in found + others]
    assert sorted(ids) == sorted(set(ids)) and len(ids) >= len(catalogue())


def test_one_cause_is_explained() -> None:
    result = miroir("causes", "show", "cet_absente")
    assert result.exit_code == 0
    for text in (
        "CET non déclarée (CET_ABSENTE, n° 62)",
        "Pour qui ne connaît pas la paie",
        "Pour un expert",
        "Comment elle se voit",
        "Ce qui l’infirmerait",
        "Qui corrige",
        "Trouvée par\n  Diagnostic contributions, plugin known-causes.",
        "– ANI du 17 novembre 2017",
        "Non vérifié",
    ):
        assert text in result.stdout


def test_a_cause_that_data_cannot_show_says_why() -> None:
    shown = miroir("causes", "show", "IDENTITE_DIFFERENTE_DU_SNGI").stdout
    assert "Pourquoi les données ne la montrent pas" in shown
    assert "Trouvée par" not in shown


def test_a_cause_is_told_whole_to_programs() -> None:
    found = json.loads(
        miroir("causes", "show", "CET_ABSENTE", "--format", "json").stdout
    )
    assert found["catalogue"] == 62
    assert found["family"] == "rates"
    assert found["levels"].keys() == {"novice", "payroll", "expert"}
    assert all(found["levels"].values())
    assert found["detectors"] == ["contributions"] and found["undetected"] is None
    assert found["sources"] and found["shows"] and found["question"]


def test_a_misspelt_cause_names_the_nearest() -> None:
    result = miroir("causes", "show", "CET_ABSENT")
    assert result.exit_code == 2
    assert "CET_ABSENTE" in result.stderr
