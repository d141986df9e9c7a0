"""The three documents of a case, at three levels, in three forms."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from miroir.diagnostic.catalogue import by_id
from miroir.synthesis import pdf
from miroir.synthesis.case import Case, Step
from miroir.synthesis.documents import write
from miroir.synthesis.limit import Unit
from miroir.synthesis.lint import TextRefused
from miroir.synthesis.rendering import TemplateRefused
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level
from miroir.testing.payroll import CAUSES
from pypdf import PdfReader

from tests.sweeps import first_measured
from tests.synthesis.cases import HYPOTHESIS, analysed, case

CASES = (
    "CEG_ABSENTE",
    "TAUX_SUPERIEUR_A_ADHESION",
    "ETABLISSEMENT_ABSENT_DE_L_ADHESION",
    "LEGITIME_TEMPS_PARTIEL_SANS_PRORATA",
    "SALARIE_OMIS_UN_MOIS",
    "PAIEMENT_142_146_AJOUTEES",
    HYPOTHESIS,
    "",
)
BAD_FRENCH = re.compile(
    r" [;:!?%»]|« |\b[dlnsqj]e (?=[aeiouyàéèêh]\w+ )(?!h)|\bde avril|\bde août|\bde octobre"
    r"|\b1.salariés|  +\w+ :|\.\.|, \.|\(\)|\bNone\b|['\"]| \.|: :",
    re.IGNORECASE,
)


def text(document: Document, found: Case, level: Level = Level.PAYROLL) -> str:
    return write(document, found, level, "text").text


@pytest.mark.parametrize("cause", CASES)
@pytest.mark.parametrize("level", first_measured(Level))
@pytest.mark.parametrize("document", Document)
def test_no_text_has_to_be_corrected_by_its_reader(
    document: Document, level: Level, cause: str
) -> None:
    made = text(document, case(cause, level), level)
    for line in made.splitlines():
        wrong = BAD_FRENCH.search(re.sub(r"^( *- | {3})|  +[\d−]", "", line))
        assert wrong is None, (wrong, line)


@pytest.mark.parametrize("cause", CASES)
@pytest.mark.parametrize("document", Document)
def test_no_document_shows_a_number_nor_an_uninvited_name(
    document: Document, cause: str
) -> None:
    people = {
        (part.employee.person.reveal(), part.employee.family_name)
        for line in analysed(cause).view.mirror
        for part in line.parts
    }
    assert people
    for form in ("text", "html"):
        made = write(document, case(cause), Level.EXPERT, form).text
        for number, name in people:
            assert number not in made
            assert not re.search(rf"\b{re.escape(name)}\b", made)


def test_names_are_shown_when_asked_for_and_never_in_the_shared_record() -> None:
    found = case("CEG_ABSENTE", names=True)
    name = found.examples[0].who
    assert name in found.points[0].who
    assert name in text(Document.CALL, found)
    assert name in text(Document.MAIL, found)
    assert name not in text(Document.RECORD, found)


def test_levels_say_the_same_in_other_words() -> None:
    said = {
        level: text(Document.MAIL, case("CEG_ABSENTE", level), level) for level in Level
    }
    for made in said.values():
        assert "en janvier" in made or "de janvier à mars" in made
    assert "CEG" not in said[Level.NOVICE] and "131" not in said[Level.NOVICE]
    assert "CEG non déclarée" in said[Level.PAYROLL]
    assert "S21.G00" not in said[Level.PAYROLL]
    assert "S21.G00.81.004" in said[Level.EXPERT]


def test_a_mail_says_what_is_expected_in_each_situation() -> None:
    assert "Ce que nous vous demandons" in text(Document.MAIL, case("CEG_ABSENTE"))
    ours = text(Document.MAIL, case("ETABLISSEMENT_ABSENT_DE_L_ADHESION"))
    assert "De notre côté" in ours and "vous n’avez rien à corriger" in ours
    assert "Ce que nous vous demandons" not in ours
    clarify = text(Document.MAIL, case("TAUX_SUPERIEUR_A_ADHESION"))
    assert "Merci de nous répondre avant toute correction." in clarify
    nothing = text(Document.MAIL, case())
    assert "Vous n’avez aucune démarche à faire." in nothing


def test_nothing_is_to_be_corrected_on_a_hypothesis() -> None:
    found = case(HYPOTHESIS)
    mail, call = text(Document.MAIL, found), text(Document.CALL, found)
    for made in (mail, call):
        plain = " ".join(made.split())  # no-break spaces too
        assert "Si l’hypothèse se confirme, ajouter la CEG" in plain
        assert "Constat : taux relevé. Autres explications possibles :" in plain
        assert "« Taux d’appel de 127 % oublié » (écartée par : un salarié" in plain
        assert "seul ; ou deux) ou « CET non déclarée »." in plain
    assert "Hypothèse à confirmer\u00a0: CEG non déclarée" in mail
    assert "Une correction est nécessaire" not in mail
    assert "figure-t-elle sur les bulletins" in mail


def test_a_plan_gives_the_calendar_and_adds_to_what_is_at_stake() -> None:
    found = case(
        "CEG_ABSENTE",
        calendar=[Step(on=date(2026, 5, 1), text="correction dans la DSN d’avril.")],
        risks=["Majoration de 12,00 € au 25 avril 2026."],
    )
    for document in Document:
        assert "1er\u00a0mai\u00a02026" in text(document, found)
    for document in (Document.CALL, Document.MAIL):
        made = text(document, found)
        assert "Majoration de 12,00 €" in made
        assert "Sans correction, des majorations" in made
        assert "À convenir" not in made


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("cause", CASES)
def test_the_call_sheet_is_one_page_of_extractable_french(
    cause: str, level: Level
) -> None:
    made = write(Document.CALL, case(cause, level), level, "pdf")
    reader = PdfReader(BytesIO(made.content))
    assert len(reader.pages) == 1
    width, height = reader.pages[0].mediabox[2:]
    assert (round(width), round(height)) == (595, 842)
    shown = " ".join(reader.pages[0].extract_text().split())
    assert "Fiche d’appel" in shown
    assert "complémentaire" in shown or "salarié" in shown


def test_a_case_of_many_causes_still_fits_on_one_page() -> None:
    found = case("CEG_ABSENTE", Level.EXPERT)
    months = found.figures.months * 8
    causes = [replace(one, id=f"ACME_{n}") for n, one in enumerate(by_id().values())]
    crowded = replace(
        found,
        points=tuple(replace(found.points[0], cause=cause) for cause in causes[:15]),
        figures=replace(found.figures, months=months),
    )
    made = write(Document.CALL, crowded, Level.EXPERT, "pdf")
    pages = PdfReader(BytesIO(made.content)).pages
    assert len(pages) == 1
    shown = " ".join(pages[0].extract_text().split())
    assert "Autres causes" in shown and "dans le mail de synthèse" in shown


def test_a_template_too_long_for_the_page_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "call.html.j2").write_text("<body>" + "<p>ligne</p>" * 300 + "</body>")
    with pytest.raises(pdf.PageOverflow):
        write(Document.CALL, case(), Level.PAYROLL, "pdf", folder=tmp_path)


def test_the_same_case_makes_the_same_bytes() -> None:
    for form in ("text", "html", "pdf"):
        made = {
            write(Document.CALL, case("CEG_ABSENTE"), Level.PAYROLL, form).content
            for _ in range(2)
        }
        assert len(made) == 1


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("document", Document)
def test_html_is_well_formed_and_escapes_what_it_is_given(document: Document) -> None:
    named = replace(case("CEG_ABSENTE"), name="<script>A & B</script>")
    made = write(document, named, Level.EXPERT, "html").text
    assert "<script>" not in made
    parser = _Tags()
    parser.feed(made)
    parser.close()
    assert parser.open == []


@pytest.mark.parametrize("unit", Unit)
def test_a_record_keeps_to_its_limit(unit: Unit) -> None:
    made = write(
        Document.RECORD,
        case("CEG_ABSENTE"),
        Level.PAYROLL,
        "text",
        limit=400,
        unit=unit,
    )
    encoding = "iso-8859-1" if unit is Unit.ISO_8859_1 else "utf-8"
    decoded = made.content.decode(encoding)
    assert decoded == made.text and decoded.endswith(".")
    length = len(decoded) if unit is Unit.CHARACTERS else len(made.content)
    assert length <= 400
    assert made.left_out


def test_a_record_is_the_same_text_on_a_page() -> None:
    found = case("CEG_ABSENTE")
    made = write(Document.RECORD, found, Level.PAYROLL, "pdf", limit=400)
    pages = PdfReader(BytesIO(made.content)).pages
    words = "".join(pages[0].extract_text().split())
    assert "".join(made.text.split()).replace("\N{MINUS SIGN}", "–") == words
    page = write(Document.RECORD, found, Level.PAYROLL, "html", limit=400)
    assert page.text == made.text and page.content.startswith(b"<!DOCTYPE html>")
    mail = write(Document.MAIL, found, Level.PAYROLL, "pdf")
    shown = PdfReader(BytesIO(mail.content)).pages[0].extract_text()
    assert "Ce que nous vous demandons" in " ".join(shown.split())


def test_a_name_in_another_alphabet_does_not_stop_the_page() -> None:
    named = replace(case("CEG_ABSENTE"), name="ЖУК & Cie")
    made = write(Document.CALL, named, Level.PAYROLL, "pdf")
    shown = PdfReader(BytesIO(made.content)).pages[0].extract_text()
    assert "??? & Cie" in shown


def test_templates_and_pages_are_imported_when_used() -> None:
    code = (
        "import sys, miroir.synthesis.documents, miroir.cli.synthesis;"
        "print({'jinja2', 'fpdf'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_gps_may_give_its_own_templates(tmp_path: Path) -> None:
    (tmp_path / "mail.txt.j2").write_text("Cher client de {{ company(case) }} !")
    made = write(Document.MAIL, case(), Level.PAYROLL, "text", folder=tmp_path)
    assert made.text.startswith("Cher client de SIREN")
    assert made.text.endswith("\u202f!\n")
    assert text(Document.CALL, case()).startswith("FICHE D’APPEL")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ case.nothing }}", r"mail.txt.j2, line 1: .*nothing"),
        ("a\n{% if %}", r"mail.txt.j2, line 2: "),
        ("{{ ''.__class__.__mro__ }}", "unsafe|__class__"),
        ("{{ case.on | strange }}", "strange"),
    ],
)
def test_a_wrong_template_is_an_error_that_says_where(
    tmp_path: Path, template: str, said: str
) -> None:
    (tmp_path / "mail.txt.j2").write_text(template)
    with pytest.raises(TemplateRefused, match=said):
        write(Document.MAIL, case(), Level.PAYROLL, "text", folder=tmp_path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="absent"):
        write(Document.MAIL, case(), Level.PAYROLL, "text", folder=tmp_path / "absent")


@pytest.mark.parametrize("form", ["text", "html", "pdf"])
@pytest.mark.parametrize("document", Document)
@pytest.mark.parametrize(
    "canary", ["1 85 05 78 006 084", "son salaire de 3 000 €", "malade", "négligent"]
)
def test_nothing_leaves_in_any_form_with_a_canary(
    tmp_path: Path, document: Document, form: str, canary: str
) -> None:
    suffix = "txt" if form == "text" or document is Document.RECORD else "html"
    (tmp_path / f"{document}.{suffix}.j2").write_text(f"Voici {canary}.")
    with pytest.raises(TextRefused):
        write(document, case(), Level.PAYROLL, form, folder=tmp_path)


def test_tags_do_not_hide_a_number(tmp_path: Path) -> None:
    (tmp_path / "mail.html.j2").write_text("<p>1<b>850578</b><i>006084</i></p>")
    with pytest.raises(TextRefused):
        write(Document.MAIL, case(), Level.PAYROLL, "html", folder=tmp_path)


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause_that_is_simulated_makes_its_documents(cause: str) -> None:
    for document in Document:
        for level in Level:
            assert text(document, case(cause, level), level)
