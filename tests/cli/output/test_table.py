"""What an adviser reads on a screen."""

from __future__ import annotations

import io

import pytest
from miroir.cli.output.french import euros
from miroir.cli.output.mask import Mask
from miroir.cli.output.table import show, write_plain
from miroir.declaration.refusals import Code
from miroir.types.calculation import Amounts, Basis
from miroir.types.diagnosis import TOLERANCE, Analysis, Status
from miroir.types.identity import PersonNumber
from miroir.types.source import Refusal
from rich.console import Console

from tests.cli.output.analyses import (
    NIRS,
    NTT,
    company,
    diagnosis,
    mirror_line,
    name_of,
    whole,
)


def plain(analysis: Analysis) -> str:
    stream = io.BytesIO()
    write_plain(analysis, Mask(name_of), TOLERANCE, stream)
    return stream.getvalue().decode("utf-8")


def on_terminal(analysis: Analysis, width: int) -> str:
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=True, highlight=False)
    show(analysis, Mask(name_of), TOLERANCE, console)
    return text.getvalue()


def test_a_company_from_its_mirror_to_its_causes() -> None:
    text = plain(whole())
    parts = [
        "SIREN 552100554",
        "1 établissement\u00a0: 55210055400013",
        "mois manquants\u00a0: 55210055400013 avr. 2026",
        "diagnostic en échec",
        "Miroir, en euros",
        "Écarts, déclaré − calculé, en euros",
        "* calculé sur les bases déclarées",
        "Noté sur 1 ligne\u00a0: plafond entier",
        "Versements, en euros",
        "versement en euros entiers",
        "1 versement égal au détail des cotisations.",
        "Ce que l’on en sait",
        "1. CET non déclarée — établi",
        "toute l’entreprise · janv.–mars 2026 · 2 salariés · −17,50\u00a0€",
        "À traiter par\u00a0: l’éditeur du logiciel de paie",
        "f.dsn:40 S21.G00.30.001 = e-aaaaaaaaaaaaaaaa",
        "… et 1 autre\u202f; pour tout voir\u00a0: --format json",
        "Refus",
        "depot/x.dsn:7  LINE_MALFORMED",
        "→ corriger la ligne dans le logiciel de paie",
        "Déclarations refusées",
        "Observations",
    ]
    position = 0
    for part in parts:
        position = text.index(part, position)


def test_the_last_line_sums_up_the_run() -> None:
    assert plain(whole()).splitlines()[-1] == (
        "5 fichiers lus · déclarations\u00a0: 2 en vigueur, 1 remplacée, 0 doublon, "
        "1 refusée · 1 refus · 3 salariés · 2 mois · 3 écarts, "
        "total −121,64\u00a0€"
    )


def test_a_month_with_a_gap_is_told_by_code() -> None:
    lines = plain(whole()).splitlines()
    start = next(i for i, line in enumerate(lines) if "1\u202f236\u202f381,67" in line)
    assert "janv. 2026" in lines[start] and "131" in lines[start]
    assert "132" in lines[start + 1]
    assert "−86,04" in lines[start + 2]
    assert "tous" in lines[start + 3]
    assert "mars 2026" in lines[start + 4] and "tous" in lines[start + 4]


def test_a_company_without_gap_says_so() -> None:
    clean = plain(whole()).split("SIREN 552100554")[0]
    assert "Aucun écart au-delà de 0,05\u00a0€ par salarié et mois." in clean
    assert "Écarts" not in clean


def test_a_long_list_is_cut_aloud() -> None:
    lines = tuple(mirror_line(contract=f"{n:05}") for n in range(25))
    text = plain(Analysis(companies=(company(lines),), refusals=()))
    rest = euros(-1750 * 5)
    assert (
        f"… et 5 autres lignes, montant {rest}\u202f; pour tout voir\u00a0: --format csv"
        in text
    )


def test_long_lists_of_refusals_are_cut_aloud() -> None:
    refusals = tuple(
        Refusal(file="a.dsn", line=n, code="LINE_MALFORMED", reason="r")
        for n in range(30)
    )
    text = plain(Analysis(companies=(), refusals=refusals))
    assert "… et 10 autres\u202f; pour tout voir\u00a0: --format json" in text


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_figure_is_cut_by_the_width(width: int) -> None:
    text = on_terminal(whole(), width)
    assert "1\u202f234\u202f485,45" in text
    assert "−86,64" in text
    assert "e-aaaaaaaaaaaaaaaa" in text
    assert "…" not in text.replace("… et 1 autre", "")


def test_plain_text_has_no_escape_and_a_terminal_has() -> None:
    assert "\x1b" not in plain(whole())
    assert "\x1b[" in on_terminal(whole(), 100)


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = on_terminal(whole(), 100)
    assert "\x1b[31m" not in text and "\x1b[1;31m" not in text


def test_what_a_file_says_is_never_obeyed() -> None:
    hostile = Refusal(
        file="a[red].dsn", line=1, code="X", reason="\x1b[2J[bold]lu[/bold]\u202e"
    )
    text = plain(Analysis(companies=(), refusals=(hostile,)))
    assert "\x1b" not in text and "\u202e" not in text
    assert "[bold]lu[/bold]" in text and "a[red].dsn:1" in text


def test_shows_no_personal_number() -> None:
    text = plain(whole())
    assert not any(secret in text for secret in (*NIRS, NTT, "85 05 78", "MARTINEAU"))


def test_a_legitimate_cause_asks_nothing_of_anybody() -> None:
    one = company((mirror_line(),), (diagnosis(status=Status.LEGITIMATE),))
    text = plain(Analysis(companies=(one,), refusals=()))
    assert "À traiter par\u00a0: personne, rien n’est à corriger" in text


def test_the_heaviest_employee_comes_first_with_all_their_months() -> None:
    lines = (
        mirror_line(NIRS[0], due=Amounts(c131=90789, c132=360)),
        mirror_line(NIRS[1], due=Amounts(c131=100689, c132=360)),
        mirror_line(NIRS[0], mirror_line().period.next, due=Amounts(c131=90700)),
    )
    text = plain(Analysis(companies=(company(lines),), refusals=()))
    gaps = text[text.index("Écarts") :]
    heavy, light = (name_of(PersonNumber(nir)) for nir in (NIRS[1], NIRS[0]))
    assert gaps.index(heavy) < gaps.index(light)
    assert gaps.count(light) == 1


def observation(file: str, code: str = "ENCODING", detail: str = "UTF-8") -> Refusal:
    if code in Code.__members__:
        return Code[code].at(file, 0, detail)
    return Refusal(file=file, line=3, code=code, reason=detail, remedy="call us")


def test_observations_are_told_once_per_code() -> None:
    observed = tuple(observation(f"{n:02}.dsn") for n in range(89))
    text = plain(Analysis(companies=(), refusals=(), observations=observed))
    told = text[text.index("Observations") :].splitlines()
    assert told[1:8] == [
        "    ENCODING  89 fichiers",
        "      le fichier n’est pas en ISO-8859-1, comme la norme le demande (UTF-8)",
        "      → rien à faire\u00a0: il est lu dans l’encodage indiqué",
        "      00.dsn",
        "      01.dsn",
        "      02.dsn",
        "      … et 86 autres\u202f; pour tout voir\u00a0: --format json",
    ]


def test_what_differs_is_told_beside_each_place() -> None:
    observed = (
        observation("a.dsn", "NORM_NEAREST", "P27V01 read as P26V01"),
        observation("b.dsn", "NORM_NEAREST", "P28V01 read as P26V01"),
        observation("c.dsn", "GPS_OWN", "one thing"),
        observation("d.dsn", "GPS_OWN", "another thing"),
    )
    text = plain(Analysis(companies=(), refusals=(), observations=observed))
    assert "      a.dsn  P27V01 lu comme P26V01\n" in text
    assert "      c.dsn:3  one thing\n      d.dsn:3  another thing\n" in text
    assert text.count("→ call us") == 1


def test_lines_judged_on_declared_bases_say_why_beside() -> None:
    shared = "plusieurs employeurs : plafond réparti entre eux"
    line = mirror_line(basis=Basis.DECLARED_BASES, readings=(shared,))
    text = plain(Analysis(companies=(company((line,)),), refusals=()))
    assert "  * calculé sur les bases déclarées\n" in text
    assert "Noté sur 1 ligne\u00a0: plusieurs employeurs\u00a0: plafond" in text
    assert "mois manquent" not in text
