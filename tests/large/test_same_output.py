"""Read by columns or in full, a company gets the same answer, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from miroir.cli.analyse import conditions_from
from miroir.declaration import norm
from miroir.large import LARGE
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import CAUSES, make_company
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Declaration
from miroir.types.source import ReceivedFile

from benchmarks.generate import one
from tests.damaged.corpus import corpus
from tests.damaged.good import Damage
from tests.large.comparison import by_columns, same_both_ways
from tests.sweeps import first_measured, judged_only

EVERY = [None, *sorted(CAUSES)]
PLAIN_AT_LEAST = 0.4
"""Part of the lines that columns tell in companies full of hard cases."""


def conditions_of(adhesions: bytes) -> tuple[AdhesionCondition, ...]:
    file = ReceivedFile.of("adhesions.csv", adhesions)
    return conditions_from(file, PluginManager.load())[0]


@pytest.mark.parametrize("cause", first_measured(EVERY))
def test_every_cause(cause: str | None, tmp_path: Path) -> None:
    made = make_company(11, 2026, 5, 10, cause=cause, establishments=2)
    same_both_ways(made.files, tmp_path, conditions_of(made.adhesions_csv))


def test_another_agreement(tmp_path: Path) -> None:
    """Counted on every contract, shown on a few."""
    made = make_company(36, 2026, 2, 9, simple=True)
    (idcc,) = {each.idcc for each in conditions_of(made.adhesions_csv)}
    other = tuple(
        replace(each, idcc="0044") for each in conditions_of(made.adhesions_csv)
    )
    assert idcc != "0044"
    analysis = same_both_ways(made.files, tmp_path, other)
    causes = {each.cause.id for each in analysis.companies[0].diagnoses}
    assert "IDCC_DIFFERENT_DE_L_ADHESION" in causes
    assert by_columns(analysis)


@judged_only
def test_most_lines_are_told_by_columns(tmp_path: Path) -> None:
    told = every = 0
    for seed in range(20, 24):
        made = make_company(seed, 2026, 6, 15)
        analysis = same_both_ways(made.files, tmp_path)
        told += by_columns(analysis)
        every += sum(len(each.view.mirror) for each in analysis.companies)
    assert told > PLAIN_AT_LEAST * every


def test_two_years(tmp_path: Path) -> None:
    """The sums start again in January."""
    files = [
        (f"{year}-{name}", content)
        for year in (2024, 2025)
        for name, content in make_company(31, year, 12, 6, simple=True).files
    ]
    assert by_columns(same_both_ways(files, tmp_path))


def test_a_missing_month(tmp_path: Path) -> None:
    files = list(make_company(32, 2026, 5, 8, simple=True).files)
    analysis = same_both_ways(files[:2] + files[3:], tmp_path)
    assert analysis.companies[0].view.missing


def test_a_small_file_beside_large_ones(tmp_path: Path) -> None:
    """People are told by columns when no month of theirs was read in full."""
    files = list(make_company(33, 2026, 3, 12, establishments=1).files)
    size = min(len(content) for _, content in files) + 1
    analysis = same_both_ways(files, tmp_path, size=size)
    (company,) = analysis.companies
    versions = company.view.versions
    kinds = [type(version.declaration) for version in versions]
    assert len(set(kinds)) == 2
    small = next(v.declaration for v in versions if type(v.declaration) is Declaration)
    seen = {employee.person for employee in small.employees}
    assert not any(line.plain and line.person in seen for line in company.view.mirror)


def test_beyond_what_is_published(tmp_path: Path) -> None:
    made = make_company(34, 2026, 1, 6, simple=True)
    files = [
        (name, content.replace(b"012026'", b"012031'")) for name, content in made.files
    ]
    analysis = same_both_ways(files, tmp_path)
    assert "BEYOND_HORIZON" in {each.code for each in analysis.refusals}


@judged_only
@pytest.mark.parametrize("damage", corpus(), ids=lambda damage: damage.name)
def test_every_damage(damage: Damage, tmp_path: Path) -> None:
    same_both_ways([("given.dsn", damage.content)], tmp_path, formats=["json"])


CODES = sorted(
    {code for year in norm.KNOWN_VERSIONS for code in norm.load(year).rubriques}
)
VALUES = (
    "", " ", " 01", "0.00", "-1.00", "1.5", "000.10", "99", "01", "40", "105", "131",
    "RUAA", "31022026", "01012026", "ÉTÉ", "x" * 100, "30558637200321",
)  # fmt: skip


@judged_only
@pytest.mark.parametrize("seed", range(40))
def test_lines_spoilt_at_random(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    made = make_company(random.randrange(40), 2026, random.choice((1, 2)), 6)
    files = [(name, spoilt(content, random)) for name, content in made.files]
    same_both_ways(files, tmp_path, formats=["json"])


def spoilt(content: bytes, random: Random) -> bytes:
    """A few lines changed, the totals of the envelope right all the same."""
    crlf = b"\r\n" in content
    lines = content.decode("iso-8859-1").replace("\r\n", "\n").split("\n")
    while not lines[-1]:
        lines.pop()
    for _ in range(random.choice((1, 2, 4))):
        place = random.randrange(len(lines) - 2)
        code = lines[place].split(",")[0]
        value = random.choice(VALUES)
        match random.choice(("drop", "twice", "swap", "value", "blank", "code", "all")):
            case "drop":
                del lines[place]
            case "twice":
                lines.insert(place, lines[place])
            case "swap":
                lines[place : place + 2] = lines[place + 1], lines[place]
            case "value":
                lines[place] = f"{code},'{value}'"
            case "blank":
                lines[place] = lines[place][:-1] + " '"
            case "code":
                lines.insert(place, f"{random.choice(CODES)},'{value}'")
            case "all" if code > "S21.G00.11" and code < "S90":
                lines = [
                    f"{code},'{value}'" if line.startswith(f"{code},") else line
                    for line in lines
                ]
    total = f"S90.G00.90.001,'{len(lines)}'"
    lines = [total if line.startswith("S90.G00.90.001") else line for line in lines]
    return (("\r\n" if crlf else "\n").join(lines) + "\n").encode("iso-8859-1")


@judged_only
@pytest.mark.parametrize("version", ["P19V01", "P24V01", "P25V01", "P26V01", "P27V01"])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1252", "iso-8859-1"])
def test_norms_and_encodings(version: str, encoding: str, tmp_path: Path) -> None:
    made = make_company(35, 2026, 1, 8)
    files = []
    for name, content in made.files:
        text = _decoded(content).replace("006,'P26V01'", f"006,'{version}'")
        text = text.replace("EXEMPLE", "EXEMPLE € ÉÀ" if encoding == "cp1252" else "É")
        if encoding == "cp1252":
            files.append((name, text.encode("cp1252")))
        else:
            files.append((name, text.encode(encoding, "replace")))
    same_both_ways(files, tmp_path, formats=["json", "csv"])


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252")


@judged_only
def test_a_company_of_thousands_as_it_is(tmp_path: Path) -> None:
    """With the threshold that users have."""
    one(4, tmp_path, months=2)
    files = [(path.name, path.read_bytes()) for path in sorted(tmp_path.glob("*.dsn"))]
    assert all(len(content) > LARGE for _, content in files)
    analysis = same_both_ways(files, tmp_path, size=LARGE)
    (company,) = analysis.companies
    assert by_columns(analysis) > 0.9 * len(company.view.mirror)
    assert company.view.gaps
