"""Mails: allowed by the mandate, archived, sent once, told in the dossier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from miroir.dossier.moves import MoveRefused
from miroir.errors import NothingFound
from miroir.operations.dossiers import acts
from miroir.operations.dossiers.desk import Desk
from miroir.operations.outward import mails
from miroir.operations.outward.attaching import attached, attached_file
from miroir.operations.outward.company import stored_case
from miroir.operations.workplace import Workplace
from miroir.outbox.model import Status
from miroir.synthesis.wording import Level
from miroir_connectors.testing.doubles.smtp import Double

from tests.cli.commands import miroir
from tests.operations.outward.conftest import ADDRESS, NAME, thread

OTHER = "999000243"


def run(config: Path, *words: str) -> tuple[int, str]:
    done = miroir("dossiers", *words, "--as", "marie", "--config", str(config))
    return done.exit_code, done.output


def test_a_mail_is_shown_before_it_is_sent(config: Path, siren: str) -> None:
    code, said = run(config, "mail", siren, "--to", NAME, "--dry-run")
    assert code == 0, said
    assert f"À : {NAME} <{ADDRESS}>" in said.replace("\u00a0", " ")
    assert "Objet" in said.splitlines()[1]
    assert "Bonjour," in said
    assert said.count("Objet") == 1
    assert "Rien n’a été envoyé" in said


def test_a_mail_is_sent_once_and_told(
    config: Path,
    workplace: Workplace,
    siren: str,
    mailing: Double,
    work: Callable[[], None],
) -> None:
    for _ in range(2):
        code, said = run(config, "mail", siren, "--to", NAME)
        assert code == 0, said
        assert "confié à l’envoi" in said
        work()
    assert mailing.taken() == 1
    texts = thread(workplace, siren)
    assert sum("confié à l’envoi" in text for text in texts) == 1
    assert texts[-1] == "Courriel envoyé."
    assert run(config, "mail", siren, "--to", NAME, "--again", "perdu")[0] == 0
    work()
    assert mailing.taken() == 2


def test_the_archive_holds_what_was_sent(
    workplace: Workplace, siren: str, tmp_path: Path
) -> None:
    (tmp_path / "note de calcul.txt").write_text("Écart de 12,50 €")
    more = [attached_file(tmp_path / "note de calcul.txt")]
    letter = mails.written(
        workplace, siren, NAME, Level.NOVICE, more, reply_to="m@example.org"
    )
    key = mails.send(workplace, letter, "marie")
    assert mails.send(workplace, letter, "marie") == key
    with workplace.store.read() as tables:
        (line,) = [
            each
            for each in tables.journal.lines(siren=siren)
            if each.act == "mail.decided"
        ]
        detail = tables.journal.persons.read(line.commitment)
    assert line.person == workplace.keys.contact(siren, NAME)
    assert detail == {"name": NAME, "address": ADDRESS}
    assert ADDRESS not in line.facts
    digest = line.facts.split('"archive":"')[1][:64]
    found = message_from_bytes(mails.kept(workplace, digest), policy=policy.default)
    assert found["Subject"] == letter.mail.subject
    body, page = found.get_body(("plain",)), found.get_body(("html",))
    assert body is not None and page is not None
    assert body.get_content().replace("\r\n", "\n") == letter.mail.text
    assert "Objet" not in page.get_content().split("<body>")[1]
    (one,) = found.iter_attachments()
    assert one.get_filename() == "note de calcul.txt"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Personne", "Aucun interlocuteur ne s’appelle «Personne»"),
        ("M. Inconnu", "mandat n’a pas été vérifié"),
        ("M. Sansadresse", "Aucune adresse de courriel"),
        ("M. Expiré", "son mandat a expiré"),
    ],
)
def test_only_who_is_allowed_is_written_to(
    config: Path, siren: str, name: str, message: str
) -> None:
    code, said = run(config, "mail", siren, "--to", name)
    assert code == 1
    assert message in said.replace("\u00a0", " ").replace("\u202f", " ").replace(
        "« ", "«"
    ).replace(" »", "»")


def test_nobody_is_written_to_while_another_body_treats_it(
    workplace: Workplace, siren: str
) -> None:
    letter = mails.written(workplace, siren, NAME, Level.PAYROLL)
    with workplace.store.write() as tables:
        desk = Desk(
            tables=tables,
            actor="marie",
            now=workplace.clock(),
            rules=workplace.rules,
        )
        acts.handled_elsewhere(desk, siren, "urssaf", "même anomalie", date(2099, 1, 1))
    with pytest.raises(MoveRefused, match="Ne pas contacter"):
        mails.send(workplace, letter, "marie")


def test_a_lost_answer_is_for_a_person(
    config: Path,
    workplace: Workplace,
    siren: str,
    mailing: Double,
    work: Callable[[], None],
) -> None:
    mailing.go_wrong("dot", "accept-drop")
    assert run(config, "mail", siren, "--to", NAME)[0] == 0
    work()
    mailing.go_wrong("none", "none")
    work()
    assert mailing.taken() == 0
    with workplace.store.read() as tables:
        (row,) = tables.outbox.listed(siren=siren)
    assert row.status is Status.NEEDS_PERSON
    assert "issue inconnue, à vérifier par une personne" in thread(workplace, siren)[-1]


def test_a_refusal_is_told(
    config: Path,
    workplace: Workplace,
    siren: str,
    mailing: Double,
    work: Callable[[], None],
) -> None:
    mailing.go_wrong("rcpt", "550")
    run(config, "mail", siren, "--to", NAME)
    work()
    assert "refus de l’autre système" in thread(workplace, siren)[-1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("...", b"x", "inutilisable"),
        ("a.txt", b"1 85 05 78 006 084 36", "numéro de"),
        ("185057800608436.pdf", b"x", "numéro de"),
        ("a.bin", b"x" * (10 * 1024 * 1024 + 1), "10 Mo au plus"),
    ],
)
def test_what_may_not_be_attached(name: str, content: bytes, message: str) -> None:
    with pytest.raises(MoveRefused, match=message):
        attached(name, content)


def test_a_file_that_cannot_be_read_is_not_attached(tmp_path: Path) -> None:
    with pytest.raises(MoveRefused, match="illisible"):
        attached_file(tmp_path / "none")


def test_a_template_without_its_subject_is_refused(
    config: Path, workplace: Workplace, siren: str
) -> None:
    folder = config.parent / "own"
    folder.mkdir()
    (folder / "mail.txt.j2").write_text("Bonjour,\n")
    text = config.read_text().replace("[documents]", '[documents]\ntemplates = "own"')
    config.write_text(text)
    code, said = run(config, "mail", siren, "--to", NAME)
    assert (code, "la première ligne est" in said) == (1, True)
    (folder / "mail.txt.j2").write_text("Objet : Notre objet\n\nNotre texte.\n")
    code, said = run(config, "mail", siren, "--to", NAME, "--dry-run")
    assert (code, "Notre texte." in said) == (0, True)


def test_an_address_that_changed_is_read_again(
    workplace: Workplace, siren: str
) -> None:
    letter = mails.written(workplace, siren, NAME, Level.PAYROLL)
    with workplace.store.write() as tables:
        id = tables.cases.get(siren).id
        (someone,) = [
            one for one in tables.memories.interlocutors(id) if one.name == NAME
        ]
        tables.memories.save_interlocutor(
            id, replace(someone, contact="autre@example.org")
        )
    with pytest.raises(MoveRefused, match="a changé depuis"):
        mails.send(workplace, letter, "marie")


def test_attachments_are_shown(config: Path, siren: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Un mot")
    words = ("--to", NAME, "--attach", str(tmp_path / "note.txt"), "--dry-run")
    code, said = run(config, "mail", siren, *words)
    assert (code, "note.txt" in said) == (0, True)


def test_a_company_that_is_not_known_is_told(
    config: Path, workplace: Workplace
) -> None:
    code, said = run(config, "mail", OTHER, "--to", NAME)
    assert (code, "No dossier is known" in said) == (1, True)
    with pytest.raises(NothingFound, match="No declaration of"):
        stored_case(workplace, OTHER, Level.PAYROLL)


def test_who_was_left_out_is_told(
    config: Path,
    workplace: Workplace,
    siren: str,
    mailing: Double,
    work: Callable[[], None],
) -> None:
    letter = mails.written(workplace, siren, NAME, Level.PAYROLL)
    two = replace(letter.mail, to=(ADDRESS, "refuse@example.org"))
    mailing.go_wrong("rcpt2", "550")
    mails.send(workplace, replace(letter, mail=two), "marie")
    work()
    told = thread(workplace, siren)[-1]
    assert "sauf à 1 des 2 destinataires (refused 550)" in told
