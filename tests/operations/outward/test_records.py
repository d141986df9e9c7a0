"""The shared record: cut to its fields, menus of the day, follow-ups shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from miroir.dossier.menus import Codes, Menu, choose
from miroir.dossier.model import CallRecord
from miroir.dossier.moves import MoveRefused
from miroir.operations.outward.records import Given, draft, write
from miroir.operations.workplace import Workplace
from miroir.types.schedule import Subject

from tests.cli.commands import miroir
from tests.operations.outward.conftest import thread

CHOICES = ("--choose", "motif=01", "--choose", "suite=À rappeler")


def run(config: Path, *words: str) -> tuple[int, str]:
    done = miroir("dossiers", *words, "--as", "marie", "--config", str(config))
    plain = done.output.replace("\u00a0", " ").replace("\u202f", " ")
    return done.exit_code, plain.replace("« ", "«").replace(" »", "»")


def test_a_record_is_shown_with_its_follow_ups(
    config: Path, workplace: Workplace, siren: str
) -> None:
    code, said = run(config, "record", siren, *CHOICES, "--dry-run")
    assert code == 0, said
    assert "Motif de l’écart : Paramétrage (01)" in said
    assert "Suite : À rappeler (R)" in said
    assert "Appel réalisé : aucun appel" in said
    assert "Laissé de côté, faute de place" in said
    assert "Relance prévue :" in said
    assert "Rien n’a été écrit" in said
    with workplace.store.read() as tables:
        assert tables.outbox.listed(siren=siren) == ()
        assert tables.dues.listed(subject=Subject(kind="company", id=siren)) == ()


def test_a_record_is_written_once_with_its_follow_ups(
    config: Path, workplace: Workplace, siren: str, work: Callable[[], None]
) -> None:
    for _ in range(2):
        code, said = run(config, "record", siren, *CHOICES)
        assert code == 0, said
        work()
    files = [p for p in (config.parent / "records").iterdir() if p.suffix == ".json"]
    (written,) = [json.loads(path.read_text("utf-8")) for path in files]
    assert written["siren"] == siren
    assert (written["motif"], written["suite"], written["appel"]) == ("01", "R", "")
    assert 0 < len(written["analyse"]) <= 400
    with workplace.store.read() as tables:
        (due,) = tables.dues.listed(subject=Subject(kind="company", id=siren))
    assert due.due.label == "Rappeler l’entreprise"
    texts = thread(workplace, siren)
    assert sum("Fiche partagée confiée" in text for text in texts) == 1
    assert texts[-1] == "Fiche partagée écrite."
    code, said = run(
        config, "record", siren, "--choose", "motif=01", "--choose", "suite=C"
    )
    assert "Relance annulée :" in said


def test_the_last_call_is_told(workplace: Workplace, siren: str) -> None:
    said = "Le cabinet corrige en décembre. " + "Il rappelle ensuite. " * 5
    with workplace.store.write() as tables:
        call = CallRecord(
            id=0,
            at=workplace.clock(),
            by="marie",
            incoming=False,
            reached=True,
            interlocutor="M. Petit",
            answers={"summary": said},
        )
        tables.memories.add_call(tables.cases.get(siren).id, call)
    made = draft(workplace, siren, Given(choices={"motif": "02"}))
    assert made.entry.call_happened is True
    assert made.entry.call_summary == (
        "Le cabinet corrige en décembre. Il rappelle ensuite."
    )
    assert "Il rappelle ensuite." in made.left_out
    given = Given(choices={"motif": "02"}, call_happened=False, analysis="Un mot.")
    own = draft(workplace, siren, given)
    assert (own.entry.call_happened, own.entry.call_summary) == (False, "")
    assert own.entry.analysis == "Un mot."
    assert write(workplace, siren, given, "marie")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Menu «Motif de l’écart» : choix attendu, parmi 01 (Paramétrage)"),
        (
            ("--choose", "motif=9"),
            "«9» n’existe pas au",
        ),
        (
            ("--choose", "motif=01", "--choose", "suite=X"),
            "Valeurs acceptées : R (À rappeler), C (Close)",
        ),
        (
            ("--choose", "motif=01", "--choose", "autre=1"),
            "Le menu «autre» n’existe pas",
        ),
        (("--choose", "motif=01", "--analysis", "Il est malade."), "Texte refusé"),
    ],
)
def test_what_no_menu_holds_is_refused(
    config: Path, siren: str, words: tuple[str, ...], message: str
) -> None:
    code, said = run(config, "record", siren, *words)
    assert code == 1
    assert message in said


@pytest.mark.parametrize("word", ["motif", "motif=", "=1"])
def test_what_is_no_choice_is_refused(config: Path, siren: str, word: str) -> None:
    assert run(config, "record", siren, "--choose", word)[0] == 2
    two = ("--choose", "motif=01", "--choose", "motif=02")
    assert run(config, "record", siren, *two)[0] == 2


MENU = Menu(
    name="motif",
    label="Motif",
    required=True,
    lists=(
        Codes(since=date(2025, 1, 1), until=date(2025, 12, 31), codes={"9": "Ancien"}),
        Codes(since=date(2026, 1, 1), until=date(2026, 12, 31), codes={"1": "Neuf"}),
    ),
)


def test_a_list_holds_from_a_day_to_another() -> None:
    assert choose([MENU], {"motif": "ancien"}, date(2025, 12, 31)) == {"motif": "9"}
    assert choose([MENU], {"motif": "1"}, date(2026, 1, 1)) == {"motif": "1"}
    for choices in ({"motif": "1"}, {}):
        with pytest.raises(MoveRefused, match="aucune liste de codes n’est connue"):
            choose([MENU], choices, date(2027, 1, 1))


def test_lists_of_codes_do_not_overlap(config: Path) -> None:
    text = config.read_text().replace(", until = 2025-12-31", "")
    config.write_text(text)
    done = miroir("config", "check", "--config", str(config))
    assert done.exit_code == 4
    assert "do not overlap" in done.output
