"""What stands for an employee who waits equals what the full reader gives."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from miroir.declaration.reader import read_dsn
from miroir.diagnostic.refuting import WITNESSES
from miroir.gap.payments import payment_gaps
from miroir.large.declarations import WaitingDeclaration, WaitingEmployee
from miroir.large.lines import WaitingCalculation, WaitingLine
from miroir.large.mirror import FEW
from miroir.large.reading import read_large
from miroir.testing.payroll import make_company
from miroir.types.calculation import Calculation, MirrorLine
from miroir.types.declaration import Block, Declaration, Employee
from miroir.types.diagnosis import CompanyView
from miroir.types.identity import PersonNumber
from miroir.types.source import ReceivedFile

from benchmarks.generate import one
from tests.large.comparison import NEVER, analysed, large_from

MADE = make_company(41, 2026, 4, 12, establishments=2)


def rubriques(block: Block) -> list[tuple[str, int, tuple[tuple[str, str, int], ...]]]:
    return [(each.id, each.line, tuple(each.rubriques)) for each in block.walk()]


def values(thing: object) -> Iterator[object]:
    """Everything in a tree of dataclasses, blocks as their rubriques."""
    if isinstance(thing, Block):
        yield tuple(rubriques(thing))
    elif isinstance(thing, Declaration):
        yield thing.file, thing.key, thing.order
    elif isinstance(thing, tuple):
        for one_of in thing:
            yield from values(one_of)
    elif is_dataclass(thing) and not isinstance(thing, type | PersonNumber):
        for each in fields(thing):
            yield from values(getattr(thing, each.name))
    else:
        yield thing


def both(name: str, content: bytes) -> Iterator[tuple[WaitingDeclaration, Declaration]]:
    file = ReceivedFile.of(name, content)
    reading = read_large(file)
    assert reading is not None
    for waiting, full in zip(
        reading.declarations, read_dsn(file).declarations, strict=True
    ):
        assert isinstance(waiting, WaitingDeclaration)
        yield waiting, full


EVERY = [
    pytest.param(*pair, id=f"{pair[1].siret} {pair[1].period}")
    for file in MADE.files
    for pair in both(*file)
]


@pytest.mark.parametrize(("waiting", "full"), EVERY)
def test_declarations(waiting: WaitingDeclaration, full: Declaration) -> None:
    assert any(isinstance(each, WaitingEmployee) for each in waiting.employees)
    assert waiting.key == full.key and waiting.sha256 == full.sha256
    assert waiting.payments[0].amount == full.payments[0].amount
    assert waiting.contributions() == full.contributions()
    assert waiting.collectors() == full.collectors()
    assert waiting.agreements() == full.agreements()
    assert waiting.pay_days() == full.pay_days()
    assert waiting.sender == full.sender and waiting.sender is not None
    assert rubriques(waiting.block) == rubriques(full.block)
    assert waiting.block.line_of("005") == full.block.line_of("005")


@pytest.mark.parametrize(("waiting", "full"), EVERY)
def test_employees(waiting: WaitingDeclaration, full: Declaration) -> None:
    assert len(waiting.employees) == len(full.employees)
    for one_of, other in zip(waiting.employees, full.employees, strict=True):
        assert list(values(one_of)) == list(values(other))
        whole = replace(one_of, ntt=None)
        assert type(whole) is Employee and whole.bases == one_of.bases


@pytest.mark.parametrize(("waiting", "full"), EVERY)
def test_some_employees(waiting: WaitingDeclaration, full: Declaration) -> None:
    persons = {each.person for each in full.employees[::2]}
    named, found = waiting.naming(persons), full.naming(persons)
    assert [each.block.line for each in named] == [each.block.line for each in found]
    own, other = waiting.employer(), full.employer()
    assert own is not None and other is not None
    assert [each.rubriques for each in own] == [each.rubriques for each in other]


def test_payments() -> None:
    pairs = [pair for file in MADE.files for pair in both(*file)]
    by_columns = payment_gaps([waiting for waiting, _ in pairs], [])
    assert by_columns == payment_gaps([full for _, full in pairs], [])


def test_a_copy_is_a_declaration_like_any_other() -> None:
    waiting, full = next(both(*MADE.files[0]))
    copy = replace(waiting, file="other.dsn")
    assert type(copy) is Declaration
    assert copy.file == "other.dsn"
    assert rubriques(copy.block) == rubriques(full.block)


def views() -> tuple[CompanyView, CompanyView]:
    with large_from(0):
        (waiting,) = analysed(MADE.files).companies
    with large_from(NEVER):
        (full,) = analysed(MADE.files).companies
    return waiting.view, full.view


def test_lines() -> None:
    waiting, full = views()
    assert any(line.plain for line in waiting.mirror)
    for line, other in zip(waiting.mirror, full.mirror, strict=True):
        assert list(values(line)) == list(values(other))
        assert line.declared_018 == other.declared_018
        assert line.declared_109 == other.declared_109
        assert line.covered == other.covered
        assert (line.reduced, line.smic_held) == (other.reduced, other.smic_held)
        if line.plain:
            assert isinstance(line, WaitingLine)
            assert isinstance(line.calculation, WaitingCalculation)
            copy = replace(line, calculation=replace(line.calculation, exempted=1))
            assert type(copy) is MirrorLine and type(copy.calculation) is Calculation
            assert copy.parts == line.parts


def test_few_are_read_in_full(tmp_path: Path) -> None:
    """Those who have a gap, and who serve as evidence or as witnesses."""
    one(2, tmp_path)
    (path,) = tmp_path.glob("*.dsn")
    with large_from(0):
        (company,) = analysed([(path.name, path.read_bytes())]).companies
    (version,) = company.view.versions
    declaration = version.declaration
    assert isinstance(declaration, WaitingDeclaration)
    others = len(company.view.mirror) - by_columns_of(company.view)
    assert others < 0.1 * len(declaration.employees)
    assert declaration.waiting.in_full <= others + 5 + WITNESSES
    assert declaration.waiting.in_full < 0.2 * len(declaration.employees)
    for line in company.view.mirror:
        assert line.parts  # somebody looks at everybody: read together
    assert declaration.waiting.in_full == len(declaration.waiting.persons)
    assert len(company.view.mirror) > FEW


def by_columns_of(view: CompanyView) -> int:
    return sum(line.plain for line in view.mirror)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"S10.G00.00.001,'PAIE'\n", "no version of the norm"),
        (b"S10.G00.00.006,'P01V01'\n", "a version that is not read"),
        (b"S10.G00.00.006,'P26V01'\n" * 2, "several envelopes"),
        (b"\xef\xbb\xbfS10.G00.00.006,'P26V01'\n", "a byte order mark"),
    ],
)
def test_left_to_the_full_reader(content: bytes, why: str) -> None:
    assert read_large(ReceivedFile.of("given.dsn", content)) is None, why


def test_a_small_company_never_imports_numpy(tmp_path: Path) -> None:
    for name, content in make_company(42, 2026, 2, 5).files:
        (tmp_path / Path(name).name).write_bytes(content)
    program = (
        "import sys\n"
        "from miroir.cli import main\n"
        "try:\n"
        f"    main(['analyse', {str(tmp_path)!r}])\n"
        "finally:\n"
        "    assert 'miroir.large' in sys.modules\n"
        "    assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_a_gap_on_everybody_is_no_reason_to_read_everybody(tmp_path: Path) -> None:
    """Nearly all lines with a gap are told by columns, and what few ask is read."""
    made = make_company(4, 2026, 3, 90, cause="TAUX_APPEL_OUBLIE", simple=True)
    with large_from(0):
        (company,) = analysed(made.files).companies
    wrong = company.view.gaps
    assert len(wrong) > 0.8 * len(company.view.mirror)
    assert sum(line.plain for line in wrong) > 0.8 * len(wrong)
    for version in company.view.versions:
        waiting = version.declaration
        assert isinstance(waiting, WaitingDeclaration)
        assert waiting.waiting.in_full < 0.3 * len(waiting.employees)


def test_what_waits_is_the_same_in_another_process() -> None:
    with large_from(0):
        (company,) = analysed(MADE.files).companies
    view = company.view
    again = pickle.loads(pickle.dumps(view))
    assert any(isinstance(line, WaitingLine) for line in again.mirror)
    assert [list(values(line)) for line in again.mirror] == [
        list(values(line)) for line in view.mirror
    ]
    for ours, theirs in zip(view.current, again.current, strict=True):
        assert isinstance(theirs, WaitingDeclaration)
        assert [list(values(each)) for each in theirs.employees] == [
            list(values(each)) for each in ours.employees
        ]
        waiting = next(
            each for each in ours.employees if isinstance(each, WaitingEmployee)
        )
        one_of = pickle.loads(pickle.dumps(waiting))
        assert isinstance(one_of, WaitingEmployee) and one_of.person == waiting.person
        assert rubriques(pickle.loads(pickle.dumps(ours.block))) == rubriques(
            ours.block
        )
