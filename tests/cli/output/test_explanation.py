"""How an amount was made, as a French reader writes it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from miroir.cli.output.analysis_json import document
from miroir.cli.output.explanation import in_french, show_explanations
from miroir.cli.output.mask import Mask
from miroir.types.calculation import Basis, Step
from miroir.types.diagnosis import TOLERANCE, Analysis
from rich.console import Console

from tests.cli.output.analyses import company, mirror_line, name_of

INPUTS = (("base", "4005.00"), ("employeur", "4.72 % = 189.04"))
STEPS = (
    Step(label="Retraite T1", amount=31520, rule="ANI : article 35", inputs=INPUTS),
    Step(label="Retraite T2", amount=-5, rule="ANI : article 35", inputs=INPUTS),
    Step(label="Réduction", amount=0, rule="art. D.241-7 CSS"),
)


def explained() -> Analysis:
    readings = ("un", "effectif supposé : moins_50")
    line = mirror_line(basis=Basis.DECLARED_BASES, readings=readings)
    line = replace(line, calculation=replace(line.calculation, steps=STEPS))
    return Analysis(companies=(company((line,)),), refusals=())


def test_each_source_is_said_once() -> None:
    text = io.StringIO()
    console = Console(file=text, width=120, highlight=False)
    show_explanations(explained(), Mask(name_of), console)
    made = "base 4\u202f005,00, employeur 4,72\u00a0% = 189,04"
    assert text.getvalue().splitlines()[4:] == [
        f"    Retraite T1  315,20\u00a0€  {made} [1]",
        "    Retraite T2   −0,05\u00a0€  de même [1]",
        "    Réduction      0,00\u00a0€  [2]",
        "    [1] ANI\u00a0: article 35",
        "    [2] art. D.241-7 CSS",
        "    noté\u00a0: un\u202f; effectif supposé\u00a0: moins de 50 salariés",
    ]


def test_json_keeps_what_a_program_reads() -> None:
    found = str(document(explained(), Mask(name_of), TOLERANCE, explain=True))
    assert "4.72 % = 189.04" in found
    assert "effectif supposé : moins_50" in found


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("31.00 / 31", "31,00 / 31"),
        ("-12345.60", "−12\u202f345,60"),
        ("50 % du SMIC", "50\u00a0% du SMIC"),
        ("01/09/2025", "01/09/2025"),
        ("S21.G00.81.004", "S21.G00.81.004"),
    ],
)
def test_numbers_of_inputs(value: str, said: str) -> None:
    assert in_french(value) == said
