"""`miroir dossiers …` as an adviser runs it, from the first signal to the end."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar
from miroir.cli import main
from miroir.cli.dossiers import COMMANDS

from tests.cli.one_company import COMPANY, stored
from tests.operations.dossiers.test_calls import INCOMING, OUTGOING

SIREN = COMPANY.siren
SETTINGS = """
[sources.campagne]
connector = "campaign-file"
path = "campagne.csv"
campaign = "Fiabilisation 2026"

[campaigns."Fiabilisation 2026"]
exercice = 2026
closes_on = 2099-12-18
steps = { "relance par courrier" = 2099-06-22 }

[dossiers.advisers.marie]
most = 40
away_until = 2099-01-02
[dossiers.advisers.alix]
skills = ["CEG_ABSENTE"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A company that was received, then named by a campaign."""
    config = stored(tmp_path)
    config.write_text(config.read_text() + SETTINGS)
    (tmp_path / "campagne.csv").write_text(
        f"siren;declare;calcule\n{SIREN};1,00;9,00\n"
    )
    return config


@pytest.fixture
def opened(config: Path) -> Path:
    result = run(config, "sync", group="")
    assert result.exit_code == 0, result.output
    return config


def run(
    config: Path, *arguments: object, group: str = "dossiers", text: str | None = None
) -> Result:
    words = [group] * bool(group) + [str(each) for each in arguments]
    return CliRunner().invoke(main, ["--config", str(config), *words], input=text)


def said(config: Path, *arguments: object, text: str | None = None) -> str:
    result = run(config, *arguments, text=text)
    assert result.exit_code == 0, result.output
    return plain(result.stdout)


def plain(text: str) -> str:
    """What is read, its no-break spaces being plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def refused(config: Path, *arguments: object) -> str:
    result = run(config, *arguments)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return plain(result.stderr)


def test_help_lists_the_commands_in_the_order_of_the_work() -> None:
    result = CliRunner().invoke(main, ["dossiers", "--help"])
    places = [result.stdout.index(f"  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert (
        "No such command 'lister'"
        in CliRunner().invoke(main, ["dossiers", "lister"]).output
    )


def test_sync_opens_the_dossier_and_analyses_it(config: Path) -> None:
    first = run(config, "sync", group="")
    assert f"dossier {SIREN}: Nouvelle analyse" in first.stdout
    assert "dossier" not in run(config, "sync", group="").stdout
    shown = said(config, "show", SIREN)
    assert f"Dossier {SIREN} : reçu" in shown
    assert "Conseiller : alix" in shown
    assert "CEG_ABSENTE : CEG non déclarée (à vérifier" in shown
    assert "« Fiabilisation 2026 » : relance par courrier" in shown
    again = run(config, "reprocess", SIREN, group="")
    assert "dossier :" not in again.stdout


def test_the_list_is_chosen_and_exported(opened: Path) -> None:
    lines = said(opened, "list").splitlines()
    assert lines[0].split() == [
        *[
            "SIREN",
            "ÉTAT",
            "CONSEILLER",
            "ÂGE",
            "ÉCARTS",
            "MONTANT",
            "ENGAGEMENT",
            "CAMPAGNE",
            "CAUSE",
        ]
    ]
    assert lines[1].startswith(f"{SIREN}  reçu  alix")
    assert len(said(opened, "list", "--select", "adviser=marie").splitlines()) == 1
    assert "Condition inconnue" in refused(opened, "list", "--select", "qui=marie")
    found = json.loads(
        said(opened, "list", "--select", "adviser=alix", "--format", "json")
    )
    (one,) = found["dossiers"]
    assert (one["siren"], one["state"], one["due_on"]) == (SIREN, "received", None)
    assert run(opened, "list", "--format", "xlsx").exit_code == 2
    target = opened.parent / "liste.xlsx"
    said(opened, "list", "--format", "xlsx", "-o", target)
    rows = list(openpyxl.load_workbook(target)["Dossiers"].values)
    assert (rows[0][0], rows[1][0], rows[1][2]) == ("SIREN", SIREN, "alix")
    assert f"{rows[1][5]:.2f}" == one["amount"]


def test_a_dossier_is_opened_by_hand_once_for_a_reference(opened: Path) -> None:
    other = "999000243"
    basket = ("open", other, "--channel", "basket", "--reference", "T-1")
    assert "dossier ouvert" in said(opened, *basket, "--adviser", "noé")
    assert "déjà connu" in said(opened, *basket)
    asked = ("open", other, "--channel", "mail", "--subject", "Mes points ?")
    assert "rattaché au dossier" in said(opened, *asked)
    said(opened, "answer", other, 1, "Expliqué.", "--as", "noé")
    said(opened, "close", other, "no_gap", "--as", "noé")
    assert "dossier rouvert" in said(opened, "open", other)
    assert run(opened, "open", "123456789").exit_code == 2
    assert "miroir dossiers open 999000128" in refused(opened, "show", "999000128")


def test_advisers_take_turns(opened: Path) -> None:
    assert "réservé à marie jusqu’à" in said(opened, "claim", SIREN, "--as", "marie")
    assert "marie y travaille jusqu’à" in said(opened, "show", SIREN)
    assert "marie travaille sur ce dossier" in refused(
        opened, "note", SIREN, "x", "--as", "alix"
    )
    said(opened, "note", SIREN, "Client joint.", "--as", "marie")
    said(opened, "release", SIREN, "--as", "marie")
    said(opened, "assign", SIREN, "marie", "--as", "alix")
    handed = ("assign", SIREN, "noé", "--note", "attend le paramétrage")
    assert "confié à noé" in said(opened, *handed, "--as", "marie")
    assert "Passage de relais à noé" in said(opened, "show", SIREN)
    table = said(opened, "advisers").splitlines()
    assert [line.split() for line in table[1:]] == [
        ["alix", "0", "—", "—"],
        ["marie", "0", "40", "02/01/2099"],
        ["noé", "1", "—", "—"],
    ]


def test_the_whole_way_to_a_promise(opened: Path) -> None:
    assert "en analyse" in said(opened, "move", SIREN, "analyse")
    assert "il faut dire pourquoi" in refused(opened, "move", SIREN, "wait")
    hypothesis = ("hypothesis", SIREN)
    assert "confirmée" in said(
        opened, *hypothesis, "CEG_ABSENTE", "confirm", "--reason", "vu ensemble"
    )
    assert "à vérifier" in said(opened, *hypothesis, "T2_PERDUE", "suppose")
    assert run(opened, *hypothesis, "RIEN", "suppose").exit_code == 2
    assert "question n° 1" in said(opened, "ask", SIREN, "Depuis quand ?")
    day = said(opened, "dates", SIREN).splitlines()[-1]
    made = ("commit", SIREN, "régulariser", "--by", day, "--with", "Mme Durand")
    assert "engagement n° 1" in said(opened, *made, "--cause", "CEG_ABSENTE")
    later = ("adapt", SIREN, 1, "--by", "2099-06-15", "--reason", "congés")
    assert "l’accord d’une autre personne" in refused(opened, *later, "--as", "marie")
    assert "le 15/06/2099" in said(opened, *later, "--approved-by", "alix")
    shown = said(opened, "show", SIREN)
    assert "pour le 15/06/2099, d’abord le" in shown
    assert "n° 1 (au client) Depuis quand" in shown
    assert "question sans réponse" in refused(opened, "close", SIREN, "corrected")
    said(opened, "answer", SIREN, 1, "sans objet", "--withdraw")
    gone = ("judge", SIREN, 1, "cancel", "--reason", "doublon")
    assert "engagement n° 1 annulé" in said(opened, *gone)
    assert "0 commitments measured" in said(opened, "measure")
    left = ("close", SIREN, "unresolved", "--reason", "relances sans effet")
    assert "clos, non corrigé" in said(opened, *left)
    listed = said(opened, "list", "--select", "state=closed")
    assert SIREN in listed
    assert "clos (non corrigé)" in said(opened, "show", SIREN)


def test_what_is_legitimate_is_remembered_and_forgotten(opened: Path) -> None:
    remember = ("legitimate", SIREN, "accord de 1990", "--since", "2026-01")
    limits = ("--expires", "2098-12-31", "--most", 5_000, "--until", "2026-12")
    assert "jusqu’au 31/12/2098" in said(opened, *remember, *limits)
    shown = said(opened, "show", SIREN)
    assert "clos (écarts légitimes)" in shown
    assert "Écart légitime (toute l’entreprise, de 2026-01 à 2026-12" in shown
    said(opened, "forget", SIREN, 1, "--reason", "accord dénoncé")
    assert "ne vaut plus" in said(opened, "show", SIREN)
    assert "reçu" in said(opened, "list")
    one = ("--employee", "e-aaaa", "--payment", "--cause", "X", "--siret", "")
    assert "décision n° 2" in said(opened, *remember, *one)
    assert run(opened, *remember[:-1], "janvier").exit_code == 2


def test_another_body_is_respected(opened: Path) -> None:
    suspend = ("suspend", SIREN, "msa", "--until", "2099-05-29", "--reason", "CRM 124")
    assert "déjà traité par la MSA" in said(opened, *suspend)
    assert "ne pas contacter" in said(opened, "show", SIREN)
    assert "Ne pas contacter l’entreprise" in refused(opened, "call", SIREN)
    assert "repris" in said(opened, "resume", SIREN, "--reason", "CRM soldé")


def written(config: Path, answers: object) -> Path:
    path = config.parent / "appel.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    return path


def test_a_call_from_a_file(opened: Path) -> None:
    day = said(opened, "dates", SIREN).split()[1]
    answers = OUTGOING | {
        "confirmed": ["CEG_ABSENTE"],
        "committed_causes": ["CEG_ABSENTE"],
        "proposed_on": day,
        "committed_on": day,
        "adapted_why": None,
    }
    call = ("call", SIREN, "--from")
    assert "dossier engagement pris" in said(opened, *call, written(opened, answers))
    assert "réponse attendue" in refused(opened, *call, written(opened, {}))
    for content in (b"\xff", b"{", b"[]"):
        (opened.parent / "faux.json").write_bytes(content)
        wrong = run(opened, *call, opened.parent / "faux.json")
        assert (wrong.exit_code, "not a JSON object" in wrong.stderr) == (2, True)
    fields = json.loads(said(opened, "call", SIREN, "--form"))["fields"]
    assert fields[0]["name"] == "reached"
    document = json.loads(said(opened, "show", SIREN, "--format", "json"))
    assert document["schema"] == "miroir.dossier/1"
    assert document["calls"][0]["answers"]["summary"] == OUTGOING["summary"]
    assert document["commitments"][0]["gaps"][0]["period"].startswith("2026-")
    assert document["gaps"][0]["amount"].count(".") == 1


def test_a_call_is_asked_field_by_field(opened: Path) -> None:
    typed = [
        "yes", "yes", "Mme Durand", "company", "", "yes", "company", "sur l’annuaire",
        "", "écarts", "himself", "yes", "", "company", "", "", "", "", "",
        "régulariser", "", "", "yes", "", "", "no", "yes", "conteste", "Refus net.",
    ]  # fmt: skip
    shown = said(opened, "call", SIREN, "--as", "marie", text="\n".join(typed) + "\n")
    assert "Ne pas aborder : les écarts salarié par salarié." in shown
    assert "Cause à évoquer : CEG non déclarée." in shown
    assert "Échéances tenables : 20" in shown
    assert "dossier en attente du client" in shown
    assert "Ne s’engage pas : conteste" in said(opened, "show", SIREN)


def test_an_incoming_call_is_advised(opened: Path) -> None:
    typed = [
        "yes", "M. Petit", "accountant", "", "none", "Où voir ?", "tool", "yes", "",
        "", "", "general", "", "", "", "", "immediate", "Là.", "", "", "", "", "Vu.",
    ]  # fmt: skip
    text = "\n".join(typed) + "\n"
    shown = said(opened, "call", SIREN, "--incoming", text=text)
    assert "Réponse immédiate conseillée" in shown
    other = "999000243"
    shown = said(opened, "call", other, "--incoming", text=text)
    assert "appel enregistré" in shown
    path = written(opened, INCOMING)
    assert "enregistré" in said(opened, "call", other, "--incoming", "--from", path)


def test_what_is_next_as_a_table_and_a_calendar(opened: Path) -> None:
    other = "999000243"
    said(opened, "open", other, "--channel", "callback", "--subject", "Mes points ?")
    table = said(opened, "today", "--days", 30)
    assert f"{other}  alix" in table
    assert "Répondre au client" in table
    assert len(said(opened, "today", "--adviser", "marie").splitlines()) == 1
    target = opened.parent / "agenda.ics"
    said(opened, "today", "--days", 30, "--format", "ics", "-o", target)
    (event,) = Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith(f"{other} : Répondre au client")
    assert str(event["UID"]) == "answer|1@miroir"
    assert "BEGIN:VEVENT" in said(opened, "today", "--days", 30, "--format", "ics")


def test_campaigns_show_how_far_they_are(opened: Path) -> None:
    table = said(opened, "campaigns").splitlines()
    assert table[1].split() == [
        *["Fiabilisation", "2026", "2026", "18/12/2099", "1", "1", "1", "0"]
    ]
