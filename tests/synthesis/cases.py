"""Cases made from simulated payrolls, and analyses written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from miroir.cli.analyse import conditions_from
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Case, Reader, Step
from miroir.synthesis.wording import Level
from miroir.testing.payroll import CAUSES, SimulatedCompany, make_company
from miroir.types.diagnosis import CompanyAnalysis, Status
from miroir.types.identity import PersonNumber
from miroir.types.source import ReceivedFile

ON = date(2026, 4, 1)


def pseudonym(person: PersonNumber) -> str:
    """A readable name that shows nothing of the number."""
    return f"e-{sum(map(ord, person.reveal()))}"


@cache
def company(cause: str = "", seed: int = 6, months: int = 3) -> SimulatedCompany:
    shown = max(months, CAUSES[cause].months) if cause else months
    return make_company(seed, 2026, shown, 6, cause=cause or None)


HYPOTHESIS = "HYPOTHESIS"
"""The CEG forgotten, as if another cause explained the same amounts."""


@cache
def analysed(cause: str = "", seed: int = 6, months: int = 3) -> CompanyAnalysis:
    if cause == HYPOTHESIS:
        return _undecided(analysed("CEG_ABSENTE", seed, months))
    return analysis_of(company(cause, seed, months))


def _undecided(found: CompanyAnalysis) -> CompanyAnalysis:
    first, *others = found.diagnoses
    detail = (
        "taux relevé ; explique aussi ces montants : TAUX_APPEL_OUBLIE, CET_ABSENTE ;"
        " TAUX_APPEL_OUBLIE serait écarté par : Un salarié seul ; ou deux."
    )
    finding = replace(first.finding, status=Status.HYPOTHESIS, detail=detail)
    return replace(found, diagnoses=(replace(first, finding=finding), *others))


def analysis_of(
    simulated: SimulatedCompany, files: Sequence[tuple[str, bytes]] = ()
) -> CompanyAnalysis:
    """The analysis of a simulated company, adhesion conditions given."""
    plugins = PluginManager.load()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "adhesions.csv"
        path.write_bytes(simulated.adhesions_csv)
        conditions, _ = conditions_from(ReceivedFile.from_path(path), plugins)
    knowledge = Knowledge(diagnostics=plugins.diagnostics(), conditions=conditions)
    received = [ReceivedFile.of(*each) for each in files or simulated.files]
    return analyse(received, knowledge).companies[0]


def case(
    cause: str = "",
    level: Level = Level.PAYROLL,
    *,
    names: bool = False,
    calendar: Sequence[Step] | None = None,
    risks: Sequence[str] = (),
    seed: int = 6,
) -> Case:
    reader = Reader(level=level, name_of=pseudonym, names=names)
    return case_of(analysed(cause, seed), reader, ON, calendar, risks)
