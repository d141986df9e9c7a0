"""Campaign files of three layouts by configuration alone, a fourth refused;
tasks of baskets and requests of clients by the same door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from miroir import Month, ReceivedFile, RowsRefused, TaskReading
from miroir.config.loading import load_settings
from miroir.plugins import PluginManager, configured_sources
from miroir_connectors.campaign_file.source import CampaignFile
from miroir_connectors.task_file.source import TaskFile

from tests.connectors.test_campaign_file import _workbook

ROOT = Path(__file__).parents[2]
THREE = """
[sources.horizon]
connector = "campaign-file"
path = "horizon.csv"
campaign = "Fiabilisation 2026"
required = ["period", "declared", "calculated"]

[sources.ponant]
connector = "campaign-file"
path = "ponant.xlsx"
sheet = "Lignes"
required = ["declared", "calculated"]
[sources.ponant.columns]
siret = "Étab."
declared = "Cot. DSN"
calculated = "Cot. RC"

[sources.levant]
connector = "campaign-file"
path = "levant.txt"
whole_cents = true
widths = { siren = [1, 9], period = [10, 6], declared = [16, 12], calculated = [28, 12] }
"""
FILES = {
    "horizon": "N° SIREN;Période;Déclaré;Calculé\n552100554;03/2026;1 000,00;1 234,56\n",
    "levant": "552100554202603000000100000000000123456\n\n",
}


@pytest.mark.parametrize("name", ["horizon", "ponant", "levant"])
def test_three_layouts_are_taken_by_configuration_alone(
    name: str, tmp_path: Path
) -> None:
    config = tmp_path / "miroir.toml"
    config.write_text(THREE)
    sources = configured_sources(load_settings(config).layers, PluginManager.load())
    source = sources[name].source
    assert isinstance(source, CampaignFile)
    sheet: list[list[object]] = [
        ["Extraction"],
        ["Étab.", "Mois", "Cot. DSN", "Cot. RC"],
    ]
    row: list[object] = ["55210055400013", "2026-03", 1000, 1234.56]
    content = _workbook(("Notes", [["x"]]), ("Lignes", [*sheet, row]))
    if name in FILES:
        content = FILES[name].encode()
    reading = source.read(ReceivedFile.of(name, content))
    assert reading.refusals == ()
    (line,) = reading.lines
    assert (line.siren, line.period) == ("552100554", Month(2026, 3))
    assert (line.declared, line.calculated) == (100_000, 123_456)


def test_a_fourth_layout_is_refused_with_what_is_missing() -> None:
    text = "Entreprise;Montant\nACME;12,00\n"
    source = CampaignFile(path=Path("c.csv"), required=("period", "declared"))
    with pytest.raises(RowsRefused) as caught:
        source.read(ReceivedFile.of("c.csv", text.encode()))
    said = str(caught.value)
    assert "Missing: siren or siret, period, declared." in said
    assert "Not found either: campaign, calculated." in said
    assert "Columns found: «Entreprise», «Montant»." in said
    assert "period: period, periode, mois" in said
    assert "[sources.<name>.columns]" in said


def test_a_required_column_is_missed_even_with_a_siren() -> None:
    source = CampaignFile(path=Path("c.csv"), required=("calculated",))
    with pytest.raises(RowsRefused, match=r"Missing: calculated\..*«siren»"):
        source.read(ReceivedFile.of("c.csv", b"siren;declare\n552100554;1,00\n"))


def test_a_file_of_fixed_width_that_does_not_fit_is_refused() -> None:
    source = CampaignFile(path=Path("c.txt"), widths={"siren": (1, 9)})
    with pytest.raises(RowsRefused, match=r"none of its 2 lines fits.*siren 1–9"):
        source.read(ReceivedFile.of("c.txt", b"A;552100554\nB;552100554\n"))
    with pytest.raises(RowsRefused, match="a workbook, where lines of fixed width"):
        source.read(ReceivedFile.of("c.txt", _workbook(("x", [["SIREN"]]))))


def test_a_line_that_is_cut_is_refused_alone() -> None:
    widths = {"siren": (1, 9), "declared": (10, 8)}
    source = CampaignFile(path=Path("c.txt"), widths=widths)
    reading = source.read(ReceivedFile.of("c.txt", b"552100554 1234,56\n55210055412\n"))
    (line,) = reading.lines
    assert (line.declared, line.row) == (123456, {"ligne": "552100554 1234,56"})
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (2, "CAMPAGNE_LARGEUR")


@pytest.mark.parametrize("text", ["12345678", "+1234567", "-1234567", "1234567-"])
def test_whole_cents(text: str) -> None:
    widths = {"siren": (1, 9), "declared": (10, 8)}
    source = CampaignFile(path=Path("c.txt"), widths=widths, whole_cents=True)
    (line,) = source.read(ReceivedFile.of("c", f"552100554{text}".encode())).lines
    assert line.declared is not None
    assert abs(line.declared) == int(text.strip("+-"))
    assert (line.declared < 0) == ("-" in text)


def test_what_is_not_a_number_of_cents_is_refused() -> None:
    widths = {"siren": (1, 9), "declared": (10, 8)}
    source = CampaignFile(path=Path("c.txt"), widths=widths, whole_cents=True)
    lines = b"552100554 1234,56\n552100554-123456-\n55210055400000001\n"
    reading = source.read(ReceivedFile.of("c", lines))
    assert [each.code for each in reading.refusals] == ["CAMPAGNE_MONTANT"] * 2
    assert [each.declared for each in reading.lines] == [1]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"widths": {"period": (1, 6)}}, "places neither siren nor siret"),
        ({"widths": {"siren": (0, 9)}}, "first character from 1"),
        ({"widths": {"siren": (1, 9)}, "required": ("period",)}, "does not place peri"),
        ({"required": ("montant",)}, "`required` holds montant"),
    ],
)
def test_a_layout_that_is_none_is_refused(
    settings: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        CampaignFile(path=Path("c"), **settings)  # type: ignore[arg-type]


def tasks(text: str, **settings: object) -> TaskReading:
    source = TaskFile(path=Path("t.csv"), **settings)  # type: ignore[arg-type]
    return source.read(ReceivedFile.of("t.csv", text.encode()))


def test_tasks_of_a_basket() -> None:
    (task,) = tasks(
        "N° tâche;SIREN;Corbeille;Objet;Mois\nT-12;552100554;marie;CET;2026-03\n"
    ).tasks
    assert (task.channel, task.reference, task.adviser) == ("basket", "T-12", "marie")
    assert (task.siren, task.subject, task.period) == (
        "552100554",
        "CET",
        Month(2026, 3),
    )


def test_a_bad_task_is_refused_alone_and_a_file_without_numbers_whole() -> None:
    reading = tasks("reference;siren\n;552100554\nT-1;552100554\n", channel="mail")
    assert [task.channel for task in reading.tasks] == ["mail"]
    assert [each.code for each in reading.refusals] == ["TACHE_REFERENCE"]
    too_long = tasks("reference;siren\nT-1;552100554;x\nT-2;552100554\n")
    assert [each.code for each in too_long.refusals] == ["TACHE_CELLULES"]
    with pytest.raises(RowsRefused, match=r"Missing: reference\."):
        tasks("siren\n552100554\n")


def test_a_task_file_is_collected_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("reference;siren\n")
    source = TaskFile(path=path)
    source.check()
    assert tasks("reference;siren\n").tasks == ()


@pytest.mark.parametrize(
    ("folder", "prefix"), [("campaign_file", "CAMPAGNE_"), ("task_file", "TACHE_")]
)
def test_every_code_is_documented(folder: str, prefix: str) -> None:
    package = ROOT / "connectors" / "miroir_connectors"
    own = {"CELLULES", "LARGEUR", "SIREN", "SIRET", "PERIODE", "CODE", "OBJET"}
    own |= {"campaign_file": {"MONTANT"}, "task_file": {"REFERENCE", "MESSAGE"}}[folder]
    for page in (package / folder / "README.md", ROOT / "docs" / "refusals.md"):
        found = set(re.findall(rf"`{prefix}([A-Z]+)`", page.read_text("utf-8")))
        assert found == own, page
