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


def test_one_cause_is_explained() -> None:
    result = miroir("causes", "show", "cet_absente")
    assert result.exit_code == 0
    for text in ("CET non déclarée (CET_ABSENTE)", "À traiter par", "Correction"):
        assert text in result.stdout
    found = json.loads(
        miroir("causes", "show", "CET_ABSENTE", "--format", "json").stdout
    )
    assert found["catalogue"] == 62


def test_a_misspelt_cause_names_the_nearest() -> None:
    result = miroir("causes", "show", "CET_ABSENT")
    assert result.exit_code == 2
    assert "CET_ABSENTE" in result.stderr
