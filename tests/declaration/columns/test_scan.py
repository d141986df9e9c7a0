"""The columnar scanner says what the full reader says, or that it is not sure."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from miroir.declaration.columns.codes import codes
from miroir.testing.payroll import CAUSES, Delivery, make_company

from tests.damaged.corpus import corpus
from tests.damaged.good import Damage
from tests.declaration.columns.oracle import (
    Scanned,
    comparable,
    employees_of,
    read_fully,
)
from tests.sweeps import first_measured, judged_only


def check(files: dict[str, bytes], folder: Path, arena_bytes: int = 1 << 21) -> int:
    """Compare a scan with the full reader; gives how many employees are sure."""
    scanned = Scanned(files, folder, arena_bytes)
    sure = 0
    for name, content in files.items():
        reading = read_fully(name, content)
        if reading.refusals:
            # An odd employee is read fully later, and refused then.
            odd = {file for file, _ in scanned.odd}
            assert name in scanned.odd_files | odd, reading.refusals[0].code
        if name in scanned.odd_files:
            continue
        expected = employees_of(reading)
        found = scanned.sure(name)
        if not reading.refusals:
            lines = {line for file, line in scanned.employees if file == name}
            assert lines == set(expected)
            for line, rows in found.items():
                assert comparable(rows) == comparable(expected[line])
        sure += len(found)
        _check_heads(scanned, name, content)
    return sure


def _check_heads(scanned: Scanned, name: str, content: bytes) -> None:
    lines = content.split(b"\n")
    heads = scanned.declarations
    ranks = [rank for rank, file in enumerate(scanned._names) if file == name]
    declarations = read_fully(name, content).declarations
    assert len(declarations) <= len(ranks)
    by_line = {each.block.line: each for each in declarations}
    for rank in ranks:
        declaration = by_line.get(int(heads.line[rank]))
        if declaration is None:
            continue  # refused for an odd employee
        period = declaration.period
        filed = declaration.filed_on
        assert (heads.siret[rank], heads.siren[rank]) == (
            int(declaration.siret),
            int(declaration.siren),
        )
        assert heads.period[rank] == period.year * 12 + period.month - 1
        assert heads.fraction[rank] == int(declaration.fraction)
        assert heads.order[rank] == declaration.order
        assert heads.kind[rank] == int(declaration.kind)
        assert heads.nature[rank] == int(declaration.nature)
        assert heads.filed_on[rank] == (filed.toordinal() - 719_163 if filed else -1)
        norm = int(heads.norm[rank]).to_bytes(8, "little").rstrip(b"\0")
        assert norm.decode() == declaration.norm
        start = int(heads.offset[rank])
        assert content[start:].startswith(lines[int(heads.line[rank]) - 1])
        for (file, line), (period_number, nature) in scanned.heads.items():
            if file == name and line in {
                each.block.line for each in declaration.employees
            }:
                assert period_number == heads.period[rank]
                assert nature == heads.nature[rank]
    for (file, line), (start, end) in scanned.ends.items():
        if file == name:
            own = content[start:end]
            assert own.startswith(lines[line - 1])
            assert end == len(content) or own.endswith(b"\n")


@pytest.mark.parametrize("arena_bytes", [3_000, 20_000, 1 << 21])
@pytest.mark.parametrize("seed", first_measured(range(6)))
def test_right_payrolls_of_every_habit(
    seed: int, arena_bytes: int, tmp_path: Path
) -> None:
    company = make_company(seed, 2019 + seed, 2, 12, establishments=1 + seed % 2)
    files = dict(company.files)
    employees = sum(content.count(b"S21.G00.40.009,") for content in files.values())
    assert check(files, tmp_path, arena_bytes) > employees / 2


@judged_only
@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause(cause: str, tmp_path: Path) -> None:
    try:
        company = make_company(1, 2026, 3, 10, cause=cause)
    except ValueError as error:
        pytest.skip(str(error))
    assert check(dict(company.files), tmp_path, 50_000)


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(together=3),
        Delivery(fractions=2),
        Delivery(replaced=frozenset({2})),
        Delivery(copied=frozenset({1})),
        Delivery(substituted=frozenset({2})),
        Delivery(notices=True),
        Delivery(lot=True),
    ],
    ids=lambda each: str(each)[:60],
)
def test_every_delivery(delivery: Delivery, tmp_path: Path) -> None:
    company = make_company(2, 2026, 3, 8, delivery=delivery)
    check(dict(company.files), tmp_path, 10_000)


def test_usual_files_are_sure(tmp_path: Path) -> None:
    company = make_company(5, 2026, 2, 40, simple=True)
    employees = sum(content.count(b"S21.G00.40.009,") for _, content in company.files)
    assert check(dict(company.files), tmp_path) > 0.8 * employees


_SMALL = make_company(8, 2026, 1, 4).files[0][1]
_MUTATIONS = ("delete", "double", "swap", "byte", "cut", "insert", "value")


def mutated(content: bytes, random: Random) -> bytes:
    """The same file with a line or a byte changed, once to three times."""
    for _ in range(random.randint(1, 3)):
        lines = content.split(b"\n")
        kind, at = random.choice(_MUTATIONS), random.randrange(len(lines))
        if kind == "delete":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "insert":
            lines.insert(at, random.choice(_STRANGE))
        elif kind == "value":
            lines[at] = lines[at][:16] + random.choice(_VALUES) + b"'"
        content = b"\n".join(lines)
        if kind == "byte" and content:
            place = random.randrange(len(content))
            byte = bytes([random.choice((random.randrange(256), 39, 10, 13, 46))])
            content = content[:place] + byte + content[place + 1 :]
        if kind == "cut":
            content = content[: random.randrange(len(content) + 1)]
    return content


_STRANGE = (
    b"S21.G00.30.099,'x'",
    b"S21.G00.99.001,'x'",
    b"S21.G00.81.900,'service'",
    b"S10.G00.95.001,'x'",
    b"S89.G00.32.001,'x'",
    b"",
    b"\r",
    b"S21.G00.30.001",
    b"S21.G00.78.001,''",
    b"S21.G00.40.009,'" + b"x" * 300 + b"'",
)
_VALUES = (
    b"",
    b"1",
    b"01",
    b"-1.50",
    b"12.5",
    b"1234567890123.45",
    b"123456789012345.45",
    b"32012026",
    b"29022024",
    b"29022026",
    b"01011800",
    b" 10.00",
    b"3.",
    b".50",
    b"151.66667",
    b"0,50",
    b"99999",
    b"S21.G00.30.001,'1",
    b"caf\xe9",
    b"a\x7fb",
    b"a\tb",
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), arena_bytes=st.sampled_from([2_500, 9_000, 1 << 18]))
def test_mutated_files(seed: int, arena_bytes: int, tmp_path: Path) -> None:
    random = Random(seed)
    files = {"one": _SMALL, "two": mutated(_SMALL, random), "three": _SMALL}
    scanned = check(files, tmp_path, arena_bytes)
    assert scanned >= 2


def test_codes_of_all_versions_have_numbers_of_their_own() -> None:
    known = codes()
    assert len(set(known.codes.values())) == len(known.codes)
    assert (known.of(known.key[1:]) == list(range(1, len(known.key)))).all()


@pytest.mark.parametrize("damage", corpus(), ids=lambda each: each.name)
def test_damaged_files(damage: Damage, tmp_path: Path) -> None:
    check({"sound": _SMALL, "damaged": damage.content}, tmp_path)
