"""What a document says beside the gaps: who declares, what is paid, what is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Case, Reader
from miroir.synthesis.documents import write
from miroir.synthesis.told import observed, otherwise, sentences_of
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level
from miroir.testing.payroll import SimulatedCompany
from miroir.types.declaration import Sender

from tests.synthesis.cases import analysed, analysis_of, case, company, pseudonym

ON = date(2026, 7, 20)
FIRM, PERSON = "999000003", "AGATHE FICTIVE"


def files_of(made: SimulatedCompany, siren: str) -> list[tuple[str, bytes]]:
    """The files as an accounting firm sends them."""
    changes = {
        b"S10.G00.01.001": siren,
        b"S10.G00.01.003": "CABINET FICTIF",
        b"S10.G00.02.002": PERSON,
        b"S10.G00.02.005": "0102030405",
    }
    found = []
    for name, content in made.files:
        for code, value in changes.items():
            content = re.sub(
                rb"%b,'[^']*'" % code, b"%b,'%b'" % (code, value.encode()), content
            )
        found.append((name, content))
    return found


def told(
    cause: str,
    document: Document,
    files: Sequence[tuple[str, bytes]] = (),
    *,
    names: bool = False,
    level: Level = Level.PAYROLL,
    seed: int = 6,
) -> str:
    found = analysis_of(company(cause, seed), files)
    reader = Reader(level=level, name_of=pseudonym, names=names)
    made = write(document, case_of(found, reader, ON), level, "text").text
    return " ".join(made.split())


def test_a_third_party_that_declares_is_named_with_its_mandate_to_check() -> None:
    files = files_of(company("CEG_ABSENTE"), FIRM)
    call = told("CEG_ABSENTE", Document.CALL, files)
    assert "DSN envoyées par un tiers : CABINET FICTIF (SIREN 999 000 003)." in call
    assert "vérifier son mandat" in call and PERSON not in call
    named = told("CEG_ABSENTE", Document.CALL, files, names=True)
    assert f"{PERSON}, 01 02 03 04 05," in named
    assert "par l’intermédiaire de CABINET FICTIF" in told(
        "CEG_ABSENTE", Document.MAIL, files
    )
    record = told("CEG_ABSENTE", Document.RECORD, files, names=True)
    assert "CABINET FICTIF" in record and PERSON not in record


def test_a_company_that_sends_its_own_dsn_has_no_third_party() -> None:
    made = company("CEG_ABSENTE")
    files = files_of(made, made.siren)
    for document in Document:
        assert "CABINET" not in told("CEG_ABSENTE", document, files)


def test_the_html_names_the_third_party_too() -> None:
    files = files_of(company("CEG_ABSENTE"), FIRM)
    found = analysis_of(company("CEG_ABSENTE"), files)
    sheet = case_of(found, Reader(level=Level.PAYROLL, name_of=pseudonym), ON)
    assert isinstance(sheet.sender, Sender)
    for document in (Document.CALL, Document.MAIL):
        made = write(document, sheet, Level.PAYROLL, "html").text
        assert "CABINET FICTIF" in made


def test_what_is_paid_is_found_too() -> None:
    mail = told("PAIEMENT_DIFFERENT_DU_DETAIL", Document.MAIL)
    assert "Ce que nous avons constaté" in mail
    assert re.search(r"Les versements, eux, n’y correspondent pas .* : il manque", mail)


def test_months_that_cancel_are_not_a_gap_of_nothing() -> None:
    call = told("REGULARISATION_MAL_RATTACHEE", Document.CALL)
    assert "des écarts qui se compensent" in call
    assert " : 0,00 €" not in call and "récupérer" not in call


def test_a_question_comes_before_what_is_asked() -> None:
    mail = told("REGULARISATION_MAL_RATTACHEE", Document.MAIL)
    assert mail.index("besoin de savoir") < mail.index("Ce que nous vous demandons")


def test_only_amounts_are_attached_to_their_months() -> None:
    assert "chaque montant rattaché" not in told("STATUT_99_AFFILIE", Document.CALL)
    assert "chaque montant rattaché" in told("CEG_ABSENTE", Document.CALL)


@pytest.mark.parametrize(
    ("dropped", "decides"),
    [
        ([1], "la paie de février 2026"),
        ([0, 2], "la paie de janvier 2026 et mars 2026"),
        ([0, 1, 2], "la paie de janvier 2026 à mars 2026"),
    ],
)
def test_a_missing_month_says_what_it_hides_and_what_would_settle_it(
    dropped: Sequence[int], decides: str
) -> None:
    made = company("", seed=9, months=5)
    files = [one for rank, one in enumerate(made.files) if rank not in dropped]
    found = analysis_of(made, files)
    (history,) = [d for d in found.diagnoses if d.cause.id == "HISTORIQUE_MANQUANT"]
    assert "une erreur de plafond peut y passer inaperçue" in history.finding.detail
    assert decides in history.finding.detail
    sheet = case_of(found, Reader(level=Level.PAYROLL, name_of=pseudonym), ON)
    call = " ".join(write(Document.CALL, sheet, Level.PAYROLL, "text").text.split())
    assert "Le plafond n’a pas pu être vérifié" in call
    assert decides in call and "Rassembler les DSN" in call


def test_rivals_are_told_by_their_labels() -> None:
    detail = (
        "le taux trouvé est de 8,0 % ; explique aussi ces montants : CET_ABSENTE,"
        " CEG_ABSENTE, TAUX_APPEL_OUBLIE"
    )
    assert observed(detail) == "le taux trouvé est de 8,0 %"
    assert otherwise(detail) == (
        "Autres explications possibles : « CET non déclarée », « CEG non déclarée » ou"
        " « Taux d’appel de 127 % oublié »."
    )
    assert otherwise("explique aussi ces montants : ACME_AUTRE", {"ACME_AUTRE": "B"})
    assert otherwise("rien d’autre") == ""
    cause = analysed("CEG_ABSENTE").diagnoses[0].cause
    assert sentences_of("", cause) == ""
    assert sentences_of("limité à 99900000300012", cause) == (
        "Limité à 999\u00a0000\u00a0003\u00a000012."
    )


def test_the_record_asks_once_and_quotes_its_questions() -> None:
    found: Case = case("TAUX_SUPERIEUR_A_ADHESION")
    made = write(Document.RECORD, found, Level.PAYROLL, "text").text
    assert re.search(r"À confirmer\u00a0: «\u00a0D’où vient .*\?\u00a0»", made)
