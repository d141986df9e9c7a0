"""The files are opened where a diagnosis says to look, and say what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import make_company, make_mixture
from miroir.testing.payroll.simulation import SimulatedCompany
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Diagnosis, Status

from tests.diagnostic.confusion import analysed
from tests.diagnostic.matrix import ERRORS
from tests.sweeps import judged_only

pytestmark = judged_only
NOTHING_TO_OPEN = {
    "DSN_MENSUELLE_MANQUANTE",
    "FRACTION_MANQUANTE",
    "ETABLISSEMENT_ABSENT_DE_L_ADHESION",
    "DATE_EFFET_ADHESION_TARDIVE",
}
"""What is wrong is that something is not there."""
HEADER = "S20.G00.05.001"
TOGETHER = 17
"""Each error with the one so many places after it in the list."""


@pytest.fixture(scope="module")
def plugins() -> PluginManager:
    return PluginManager.load()


def opened(made: SimulatedCompany, piece: Evidence) -> tuple[list[str], list[str]]:
    """The lines up to the one that is named, it being the last, and those after."""
    (content,) = {c for name, c in made.files if name == Path(piece.file).name}
    lines = content.decode(made.habits.encoding).replace("\r", "").split("\n")
    return lines[: piece.line], lines[piece.line :]


def last(lines: list[str], *rubriques: str) -> str:
    """The value that stands above, whatever block it is in."""
    found = [line for line in lines if line.split(",")[0] in rubriques]
    return found[-1].split(",", 1)[1].strip("'")


def check(made: SimulatedCompany, diagnosis: Diagnosis) -> None:
    finding = diagnosis.finding
    if finding.status is Status.ESTABLISHED:
        assert finding.evidence or diagnosis.cause.id in NOTHING_TO_OPEN
    people = {person.reveal() for person in finding.persons}
    for piece in finding.evidence:
        above, below = opened(made, piece)
        line = above[-1]
        assert line.startswith(f"{piece.rubrique},'"), (diagnosis.cause.id, line[:14])
        if "•" not in piece.value:
            assert line == f"{piece.rubrique},'{piece.value}'"
        if people and piece.rubrique >= "S21.G00.30":
            number = last(above, "S21.G00.30.001", "S21.G00.30.020")
            if piece.rubrique != "S21.G00.30.001":
                assert number in people, diagnosis.cause.id
        header = next(n for n, each in enumerate(reversed(above)) if HEADER in each)
        month = last([*above[-header - 1 :], *below][:10], "S20.G00.05.005")
        assert f"{month[4:]}-{month[2:4]}" >= str(min(finding.periods).previous)


@pytest.mark.parametrize("cause", ERRORS)
def test_of_one_error(cause: str, plugins: PluginManager) -> None:
    made = make_company(13, 2026, 5, 9, cause=cause)
    diagnoses = analysed(made, plugins).diagnoses
    assert diagnoses
    for diagnosis in diagnoses:
        check(made, diagnosis)


@pytest.mark.parametrize(
    "causes",
    list(zip(ERRORS, [*ERRORS[TOGETHER:], *ERRORS[:TOGETHER]], strict=True)),
    ids="+".join,
)
def test_of_two_errors(causes: tuple[str, str], plugins: PluginManager) -> None:
    try:
        made = make_mixture(15, 2026, 5, 10, causes)
    except ValueError as reason:
        pytest.skip(str(reason))
    company = analysed(made, plugins)
    assert len(company.diagnoses) >= 2
    for diagnosis in company.diagnoses:
        check(made, diagnosis)
