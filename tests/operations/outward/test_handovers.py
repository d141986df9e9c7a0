"""Cases handed over with their evidence, and the answers that come back."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import State
from miroir.operations.dossiers.sources import take_tasks
from miroir.operations.outward.evidence import evidence
from miroir.operations.outward.handovers import prepare
from miroir.operations.workplace import Workplace
from miroir.privacy import names_a_person
from miroir.store.schedule.dues import DueState
from miroir.types.campaign import Task
from miroir.types.schedule import Subject

from tests.operations.outward.conftest import thread
from tests.operations.outward.test_records import run

ASKED = ("--subject", "CRM rejeté", "--text", "Les CRM de mars ne sont pas intégrés.")


def refer(config: Path, siren: str, service: str = "referent") -> str:
    code, said = run(config, "refer", siren, service, *ASKED)
    assert code == 0, said
    return said.split("référence ")[1].split(".")[0]


def test_a_case_is_shown_before_it_is_given(
    config: Path, workplace: Workplace, siren: str
) -> None:
    code, said = run(config, "refer", siren, "referent", *ASKED, "--dry-run")
    assert code == 0, said
    assert "À : le référent technique, référence MIR-" in said
    for name in ("constats.txt", "ecarts.csv", "versions.json"):
        assert f"Pièce : {name}" in said
    with workplace.store.read() as tables:
        assert tables.outbox.listed(siren=siren) == ()


def test_a_case_is_given_once_with_its_evidence(
    config: Path, workplace: Workplace, siren: str, work: Callable[[], None]
) -> None:
    references = set()
    for _ in range(2):
        references.add(refer(config, siren))
        work()
    (reference,) = references
    (file,) = (config.parent / "cases").glob("*.zip")
    assert file.name == f"referent-{reference}.zip"
    with zipfile.ZipFile(file) as archive:
        case = json.loads(archive.read("cas.json"))
        findings = archive.read("constats.txt").decode()
        gaps = archive.read("ecarts.csv").decode().splitlines()
        assert sorted(archive.namelist()) == [
            *("cas.json", "constats.txt", "ecarts.csv", "versions.json"),
        ]
    assert case["reference"] == reference
    assert "CET_ABSENTE" in findings
    assert gaps[0] == "mois;siret;salarie;declare;du;ecart"
    assert len(gaps) > 1
    assert not names_a_person(findings + "\n".join(gaps))
    texts = thread(workplace, siren)
    assert sum("Transmis à le référent" in text for text in texts) == 0
    assert sum("Transmis au référent" in text for text in texts) == 1
    with workplace.store.read() as tables:
        assert tables.cases.get(siren).state is State.HANDED_OVER
        (due,) = tables.dues.listed(subject=Subject(kind="company", id=siren))
    assert reference in due.due.label


def test_an_answer_comes_back_by_command(
    config: Path, workplace: Workplace, siren: str
) -> None:
    reference = refer(config, siren, "adhesion")
    code, said = run(config, "referred", reference.lower(), "Contrat rectifié.")
    assert code == 0, said
    assert "réponse notée, dossier en analyse" in said
    with workplace.store.read() as tables:
        assert tables.cases.get(siren).state is State.ANALYSIS
        subject = Subject(kind="company", id=siren)
        (due,) = tables.dues.listed(subject=subject, states=tuple(DueState))
        acts = [line.act for line in tables.journal.lines(siren=siren)]
    assert due.state.value == "cancelled"
    assert acts[-1] == "hand_over.answered"
    assert any("Contrat rectifié." in text for text in thread(workplace, siren))


def test_an_answer_comes_back_as_a_task(
    config: Path, workplace: Workplace, siren: str
) -> None:
    reference = refer(config, siren)
    task = Task(
        channel="basket",
        siren=siren,
        reference="T-1",
        subject=f"Réponse {reference} : CRM rejoués ce matin",
    )
    for _ in range(2):
        take_tasks(workplace, [task])
    texts = thread(workplace, siren)
    assert sum("Réponse du référent technique" in text for text in texts) == 1
    with workplace.store.read() as tables:
        assert tables.cases.get(siren).state is State.ANALYSIS
    other = replace(task, reference="T-2", subject=f"{reference[:-6]}AAAAAA : ?")
    take_tasks(workplace, [other])
    assert sum("Réponse du référent" in text for text in thread(workplace, siren)) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("refer", "SIREN", "personne", *ASKED), "Services : referent, adhesion"),
        (
            ("refer", "SIREN", "referent", "--subject", " ", "--text", "x"),
            "dit son objet",
        ),
        (
            ("refer", "SIREN", "referent", "--subject", "x", "--text", "fraude"),
            "Texte refusé",
        ),
        (("referred", "MIR-999000015-ABCDEF", "x"), "Rien n’a été transmis"),
        (("referred", "bonjour", "x"), "de la forme MIR-"),
    ],
)
def test_what_is_refused_says_why(
    config: Path, siren: str, words: tuple[str, ...], message: str
) -> None:
    asked = [siren if word == "SIREN" else word for word in words]
    code, said = run(config, *asked)
    assert code == 1
    assert message in said


def test_an_empty_answer_says_nothing(config: Path, siren: str) -> None:
    reference = refer(config, siren)
    code, said = run(config, "referred", reference, " ")
    assert (code, "ne dit rien" in said) == (1, True)


def test_a_company_never_analysed_has_no_evidence(workplace: Workplace) -> None:
    with (
        workplace.store.read() as tables,
        pytest.raises(MoveRefused, match="pas encore été analysée"),
    ):
        evidence(tables, "999000023")


def test_evidence_is_of_one_content(workplace: Workplace, siren: str) -> None:
    given = prepare(workplace, siren, "referent", "Objet", "Texte")
    again = prepare(workplace, siren, "referent", "Objet", "Texte")
    assert given == again
    for each in given.action.evidence:
        assert b"\0" not in base64.b64decode(each.content)


def test_files_go_with_a_case(
    config: Path, siren: str, tmp_path: Path, work: Callable[[], None]
) -> None:
    (tmp_path / "capture.png").write_bytes(b"PNG")
    more = ("--attach", str(tmp_path / "capture.png"))
    code, said = run(config, "refer", siren, "referent", *ASKED, *more)
    assert code == 0, said
    work()
    (file,) = (config.parent / "cases").glob("*.zip")
    with zipfile.ZipFile(file) as archive:
        assert archive.read("capture.png") == b"PNG"


def test_a_service_that_is_no_longer_there_still_answers(
    config: Path, workplace: Workplace, siren: str
) -> None:
    reference = refer(config, siren, "adhesion")
    text = config.read_text() + '\n[services.referent]\nlabel = "la cellule"\n'
    config.write_text(text)
    code, said = run(config, "referred", reference, "Fait.")
    assert code == 0, said
    assert any(
        "Réponse de «" in one or "Réponse de « " in one
        for one in thread(workplace, siren)
    )
