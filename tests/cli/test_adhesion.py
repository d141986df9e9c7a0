"""`miroir adhesion …` as two advisers run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main
from miroir.cli.adhesion import COMMANDS
from miroir.config.loading import load_settings
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.workplace import opened

from tests.cli.commands import miroir
from tests.operations.adhesion.companies import (
    CADRES,
    HISTORY,
    OTHERS,
    SIREN,
    SIRET,
    registry,
)
from tests.operations.adhesion.conftest import Place


@pytest.fixture
def config(tmp_path: Path) -> Path:
    place = Place(tmp_path, f"sqlite:///{tmp_path / 'miroir.db'}")
    place.open()
    place.close()
    return place.config


def run(config: Path, *arguments: object) -> Result:
    words = ["--config", str(config), "adhesion", *map(str, arguments)]
    return CliRunner().invoke(main, words)


def said(config: Path, *arguments: object, code: int = 0) -> str:
    result = run(config, *arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return plain(result.output)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def last(config: Path) -> str:
    found = json.loads(run(config, "show", SIREN, "--format", "json").stdout)
    return str(found["plans"][-1]["hash"])


def worked(config: Path) -> None:
    with opened(load_settings(config)) as workplace:
        Worker(workplace.store, lanes(workplace)).until_idle()


def test_two_persons_take_an_update_to_its_end(config: Path) -> None:
    text = said(config, "check", SIREN, code=3)
    assert (
        "1. Taux T1 déclaré autre que celui du contrat [importante, à confirmer]"
        in text
    )
    assert "registre.csv:4 taux_calcul_t1 = 6.20" in text
    assert ", selon l’historique de l’entreprise." in text
    text = said(config, "propose", SIREN, "--as", "Marie", "--reason", "ancien contrat")
    assert "Plan n° 1 de 999000243 : proposé, à approuver" in text
    assert "Motif : ancien contrat" in text
    assert "€ 668,68 € 668,68 € 0,00 €" in text
    assert "8 fermés, 0 ouvert" in text
    plan = last(config)
    assert f"miroir adhesion approve {SIREN} {plan[:12]}" in text
    refused = said(config, "approve", SIREN, plan, "--as", "marie", code=1)
    assert "une autre personne l’approuve ou le refuse" in refused
    text = said(config, "approve", SIREN, plan[:12], "--as", "jean")
    assert "approuvé : la mise à jour part vers l’outil de gestion" in text
    worked(config)
    text = said(config, "show", SIREN)
    assert f"n° 1 {plan[:12]} appliqué marie" in text and "décidé par jean" in text
    text = said(config, "show", SIREN, plan)
    assert "approuvé par jean le" in text
    assert "+ établissement 99900024300017, cadres (01) ; du 01/01/2026" in text
    assert "3 lignes au contrat, 0" not in said(config, "check", SIREN)
    text = said(config, "undo", SIREN, plan, "--as", "jean", "--reason", "erreur")
    assert f"annule le plan {plan[:12]}" in text and "-668,68" in text.replace("−", "-")
    text = said(
        config, "refuse", SIREN, last(config), "--as", "marie", "--reason", "fondé"
    )
    assert text.endswith("refusé.")
    assert "refusé par marie" in said(config, "show", SIREN, last(config))


def test_a_contract_that_changed_is_proposed_anew(config: Path) -> None:
    said(config, "propose", SIREN, "--as", "marie")
    said(config, "approve", SIREN, last(config), "--as", "jean")
    (config.parent / "registre.csv").write_text(
        registry(HISTORY, CADRES.replace("1486", "2216"), OTHERS)
    )
    worked(config)
    assert "caduc" in said(config, "show", SIREN)
    assert "plan n° 2" in said(config, "renew")
    assert said(config, "renew") == ""
    text = said(config, "withdraw", SIREN, last(config), "--as", "marie")
    assert text.endswith("retiré.")


def test_guarantees_are_chosen_from_the_menu(config: Path) -> None:
    text = said(config, "menu", "--category", "04", "--on", "2026-01-01")
    assert "T1-H750" in text and "APEC" not in text
    chosen = f"{SIRET}/01=T1-H750,T2-DC,REP-60,APEC"
    refused = said(config, "propose", SIREN, "--choose", chosen, code=1)
    assert "dire avec --reason" in refused
    text = said(
        config,
        *("propose", SIREN, "--choose", chosen, "--since", "2026-02-01"),
        *("--as", "marie", "--reason", "accord produit"),
    )
    assert "à compter du 01/02/2026" in text and "7,50 %" in text
    assert "expected such as" in said(config, "propose", SIREN, "--choose", "x", code=2)


def test_what_cannot_be_done_is_said(config: Path) -> None:
    assert "Il n’y a pas d’incohérence n° 9" in said(
        config, "propose", SIREN, "--only", "9", code=1
    )
    assert "no plan begins with" in said(config, "show", SIREN, "abcd", code=1)
    assert "is not a SIREN" in said(config, "check", "123", code=2)
    assert "No declaration of 552100554" in said(config, "check", "552100554", code=1)
    (config.parent / "registre.csv").unlink()
    assert "cannot be read" in said(config, "check", SIREN, code=1)


def test_without_a_tool_a_contract_is_checked_and_not_updated(config: Path) -> None:
    text = config.read_text()
    source = '[sources.adhesions]\nconnector = "adhesion-csv"\npath = "registre.csv"\n'
    config.write_text(text[: text.index("[destinations.outil]")] + source)
    assert miroir("sync", "--config", str(config)).exit_code == 0
    assert "conditions reçues des sources" in said(config, "check", SIREN, code=3)
    assert "Aucun outil de gestion" in said(
        config, "propose", SIREN, "--as", "marie", code=1
    )


def test_json_is_one_document(config: Path) -> None:
    found = json.loads(run(config, "check", SIREN, "--format", "json").stdout)
    assert found["schema"] == "miroir.adhesion-check/1"
    (one,) = found["incoherences"]
    assert (one["number"], one["change"]["basis"]) == (1, "history")
    assert all(each["line"] > 0 for each in one["evidence"])
    said(config, "propose", SIREN, "--as", "marie")
    found = json.loads(run(config, "show", SIREN, "--format", "json").stdout)
    (plan,) = found["plans"]
    assert (plan["due_change"], plan["gap_after"]) == ("668.68", "0.00")
    assert plan["plan"]["proposer"] == "marie"


def test_help_tells_every_command(config: Path) -> None:
    text = said(config, "--help")
    assert all(f"{name} " in text for name in COMMANDS)
    assert run(config, "unknown").exit_code == 2
