"""`miroir synthesis` as an adviser runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.commands import miroir
from tests.cli.one_company import COMPANY, OTHER, stored, written


@pytest.fixture
def depot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    return written(tmp_path, COMPANY)


def synthesis(depot: Path, *arguments: str) -> Result:
    adhesions = depot.parent / "adhesions.csv"
    return miroir("synthesis", str(depot), "--adhesions", str(adhesions), *arguments)


@pytest.mark.parametrize(
    ("document", "beginning"),
    [("call", "FICHE D’APPEL"), ("mail", "Objet"), ("record", "Contrôle du")],
)
def test_each_document_is_written(depot: Path, document: str, beginning: str) -> None:
    result = synthesis(depot, "--document", document)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(beginning)
    assert result.stdout.endswith("\n")


def test_the_call_sheet_for_the_payroll_is_what_is_written_by_default(
    depot: Path,
) -> None:
    given = synthesis(depot, "--document", "call", "--level", "payroll")
    assert synthesis(depot).stdout == given.stdout


def test_levels_change_the_words(depot: Path) -> None:
    novice = synthesis(depot, "--document", "mail", "--level", "novice").stdout
    expert = synthesis(depot, "--document", "mail", "--level", "expert").stdout
    assert "CEG" not in novice and "S21.G00" in expert


def test_names_are_written_when_asked_for(depot: Path) -> None:
    hidden, shown = synthesis(depot).stdout, synthesis(depot, "--names").stdout
    assert "SERVICE PAIE" not in hidden and "salarié n°" in hidden
    assert "SERVICE PAIE" in shown and "salarié n°" not in shown


def test_a_record_keeps_to_its_limit_and_tells_what_was_left_out(depot: Path) -> None:
    result = synthesis(depot, "--document", "record", "--limit", "300")
    assert result.exit_code == 0, result.output
    text = result.stdout.removesuffix("\n")
    assert len(text) <= 300 and text.endswith(".")
    assert (
        f"{len(text)} characters, {len(text.encode())} bytes in UTF-8" in result.stderr
    )
    assert "sentences left out" in result.stderr


def test_a_limit_in_bytes_of_iso_writes_those_bytes(depot: Path) -> None:
    target = depot.parent / "record.txt"
    options = ("--document", "record", "--limit", "300", "--count", "iso-8859-1")
    result = synthesis(depot, *options, "-o", str(target))
    assert result.exit_code == 0, result.output
    content = target.read_bytes()
    assert len(content) <= 300
    assert "EUR" in content.decode("iso-8859-1")


def test_the_limit_of_a_gps_may_come_from_the_environment(
    depot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_RECORD_LIMIT", "300")
    result = synthesis(depot, "--document", "record")
    assert len(result.stdout.removesuffix("\n")) <= 300
    assert synthesis(depot, "--document", "call").exit_code == 0


def test_a_limit_too_small_says_what_it_would_take(depot: Path) -> None:
    result = synthesis(depot, "--document", "record", "--limit", "10")
    assert result.exit_code == 1
    assert "Not one sentence fits in 10" in result.stderr


def test_html_and_pdf_are_written_to_files(depot: Path) -> None:
    page, sheet = depot.parent / "mail.html", depot.parent / "call.pdf"
    mail = synthesis(depot, "--document", "mail", "--format", "html", "-o", str(page))
    call = synthesis(depot, "--format", "pdf", "-o", str(sheet))
    assert (mail.exit_code, call.exit_code) == (0, 0), mail.output + call.output
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert sheet.read_bytes().startswith(b"%PDF-")


def test_own_templates_come_first_and_are_looked_over(depot: Path) -> None:
    folder = depot.parent / "templates"
    folder.mkdir()
    (folder / "mail.txt.j2").write_text("Bonjour {{ company(case) }}.")
    options = ("--document", "mail", "--templates", str(folder))
    assert synthesis(depot, *options).stdout.startswith("Bonjour SIREN")
    (folder / "mail.txt.j2").write_text("Salarié malade, 1 85 05 78 006 084.")
    refused = synthesis(depot, *options)
    assert refused.exit_code == 1 and refused.stdout == ""
    assert "may not leave" in refused.stderr and "006 084" not in refused.stderr


def test_several_companies_have_to_be_chosen_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    depot = written(tmp_path, COMPANY, OTHER)
    result = synthesis(depot)
    assert result.exit_code == 1
    assert "--company" in result.stderr and OTHER.siren in result.stderr
    chosen = synthesis(depot, "--company", OTHER.siren)
    assert chosen.exit_code == 0, chosen.output
    assert OTHER.siren[:3] in chosen.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "not a SIREN"),
        ([__file__, "--company", "123"], "is not a SIREN"),
        ([__file__, "--format", "pdf"], "-o FILE"),
        ([__file__, "--limit", "10"], "--document record"),
        ([COMPANY.siren, "--adhesions", __file__], "goes with files"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str) -> None:
    result = miroir("synthesis", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_files_without_a_declaration_are_refused_and_told(depot: Path) -> None:
    note = depot.parent / "note.txt"
    note.write_text("bonjour")
    result = miroir("synthesis", str(note))
    assert result.exit_code == 1
    assert "NOT_A_DSN" in result.stderr and "No company" in result.stderr


def test_a_file_that_cannot_be_written_is_told(depot: Path) -> None:
    result = synthesis(depot, "-o", str(depot.parent / "absent" / "call.txt"))
    assert result.exit_code == 2
    assert "give -o another path" in result.stderr


def test_the_store_tells_the_same_as_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = stored(tmp_path)
    before = (tmp_path / "miroir.db").read_bytes()
    options = ("--document", "mail", "--names")
    result = miroir("synthesis", COMPANY.siren, *options, "--config", str(config))
    assert result.exit_code == 0, result.output
    assert result.stdout == synthesis(tmp_path / "depot", *options).stdout
    assert (tmp_path / "miroir.db").read_bytes() == before


def test_the_workplace_sets_the_limit_the_count_and_the_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    config = stored(tmp_path)
    record = (COMPANY.siren, "--document", "record", "--config", str(config))
    whole = miroir("synthesis", *record)
    assert whole.exit_code == 0, whole.output
    config.write_text(
        config.read_text().replace(
            "[documents]", '[documents]\nrecord_limit = 300\nrecord_count = "utf-8"'
        )
    )
    kept = miroir("synthesis", *record)
    assert kept.exit_code == 0, kept.output
    assert len(kept.stdout.removesuffix("\n").encode()) <= 300
    assert whole.stdout.startswith(kept.stdout.rstrip())
    wider = miroir("synthesis", *record, "--limit", "500", "--count", "characters")
    assert 300 < len(wider.stdout.removesuffix("\n")) <= 500
    call = miroir("synthesis", COMPANY.siren, "--config", str(config))
    assert call.exit_code == 0 and len(call.stdout) > 500
    (tmp_path / "own words").mkdir()
    (tmp_path / "own words" / "record.txt.j2").write_text("Rien à dire.\n")
    config.write_text(
        config.read_text().replace(
            "[documents]", '[documents]\ntemplates = "own words"'
        )
    )
    assert miroir("synthesis", *record).stdout == "Rien à dire.\n"
