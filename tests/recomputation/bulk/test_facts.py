"""The rows of the columnar reading are the facts of the full one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from miroir.declaration.columns.scan import Scan
from miroir.declaration.columns.tables import Piece
from miroir.declaration.reader import read_dsn
from miroir.recomputation.attachment import Attachment
from miroir.recomputation.bulk.bases import _twice
from miroir.recomputation.bulk.blocks import packed
from miroir.recomputation.bulk.facts import facts_of
from miroir.recomputation.bulk.rows import NO_END, UNIT, MonthRows
from miroir.recomputation.facts import MonthFacts, month_facts
from miroir.testing.payroll import CAUSES, Habits, SimulatedCompany, make_company
from miroir.types.source import ReceivedFile

from tests.sweeps import first_measured, judged_only

EPOCH = 719_163
"""The ordinal of 1970-01-01."""


def _scanned(company: SimulatedCompany, folder: Path) -> MonthRows:
    pieces = []
    for name, content in company.files:
        path = folder / name.replace("/", "_")
        path.write_bytes(content)
        pieces.append(Piece(name=name, path=path, offset=0, length=len(content)))
    parts = [facts_of(batch) for batch in Scan(pieces)]
    return type(parts[0]).joined(parts)


def _facts(company: SimulatedCompany) -> dict[tuple[str, int, str], MonthFacts]:
    """By file, line of the employee and number: each declaration by itself."""
    found = {}
    for name, content in company.files:
        for declaration in read_dsn(ReceivedFile.of(name, content)).declarations:
            units = {unit.person: unit for unit in Attachment([declaration]).units()}
            for employee in declaration.employees:
                unit = units[employee.person]
                month = unit.months.get(declaration.period)
                key = (name, employee.block.line, employee.person.reveal())
                if month is not None:
                    found[key] = month_facts(unit, month)
    return found


def _text(words: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> str:
    return words.astype("<u8").tobytes().rstrip(b"\0").decode("ascii")


def _differences(row: int, rows: MonthRows, facts: MonthFacts) -> Iterator[str]:
    situation, contract = facts.situation, facts.contract
    assert situation is not None and contract is not None
    quota = int(rows.worked[row]) / int(rows.reference[row])
    end = NO_END if contract.end is None else contract.end.toordinal() - EPOCH
    wanted = {
        "contract": (_text(rows.contract[row]), contract.number),
        "start": (rows.start[row], contract.start.toordinal() - EPOCH),
        "end": (rows.end[row], end),
        "status": (rows.status[row], int(contract.status)),
        "days": (rows.days[row], int(situation.days * UNIT)),
        "quota": (round(quota, 12), round(float(situation.quota), 12)),
        "reduced": (rows.reduced_days_contract[row], situation.reduced_days_contract),
        "apprentice": (rows.apprentice[row], facts.apprentice),
        "gross": (rows.gross[row], facts.gross),
        "capped": (rows.capped[row], facts.capped),
        "131": (rows.declared_131[row], facts.declared.c131),
        "132": (rows.declared_132[row], facts.declared.c132),
        "106": (rows.declared_106[row], facts.declared.c106),
        "105": (rows.legacy_105[row], facts.legacy_105),
        "109": (rows.exempt_109[row], facts.exempt_109),
        "018": (rows.reduction_018[row], facts.reduction_018 or 0),
        "has 018": (rows.has_018[row], facts.reduction_018 is not None),
        "has 106": (rows.has_106[row], facts.reduction_106 is not None),
        "smic": (rows.smic[row], facts.smic),
        "computable": (facts.why_not + facts.why_declared_bases, ""),
    }
    for name, (got, expected) in wanted.items():
        if got != expected:
            yield f"{name}: {got} instead of {expected}"


def _compared(company: SimulatedCompany, folder: Path) -> tuple[int, int]:
    """How many rows are sure, how many there are; the sure ones are right."""
    rows, expected = _scanned(company, folder), _facts(company)
    names = [name for name, _ in company.files]
    assert len(rows) == len(expected)
    for row in np.flatnonzero(rows.sure):
        number = _text(rows.person[row])
        name = names[int(rows.declaration[row])]
        facts = expected[name, int(rows.line[row]), number]
        assert list(_differences(int(row), rows, facts)) == []
    return int(rows.sure.sum()), len(rows)


@pytest.mark.parametrize("seed", first_measured(range(8)))
def test_right_payrolls_of_every_habit(seed: int, tmp_path: Path) -> None:
    year = 2019 + seed
    company = make_company(seed, year, 4, 40)
    sure, rows = _compared(company, tmp_path)
    assert sure > rows / 2


def test_usual_payrolls_are_sure(tmp_path: Path) -> None:
    company = make_company(5, 2026, 3, 60, simple=True)
    sure, rows = _compared(company, tmp_path)
    assert sure > 0.9 * rows


@judged_only
@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause(cause: str, tmp_path: Path) -> None:
    try:
        company = make_company(3, 2026, 3, 12, cause=cause)
    except ValueError as error:
        pytest.skip(str(error))
    _compared(company, tmp_path)


def test_people_paid_the_same_are_not_taken_for_one_declared_twice() -> None:
    people = 5_000
    owner = np.repeat(np.arange(people), 3)
    code = np.tile([int(packed(text)) for text in ("02", "03", "04")], people)
    same = np.full(len(owner), 182_303)
    assert not _twice(owner, code, same, same, same).any()
    owner, code, same = (np.append(each, each[7]) for each in (owner, code, same))
    twice = _twice(owner, code, same, same, same)
    assert np.flatnonzero(twice).tolist() == [7, len(owner) - 1]


def test_an_employee_without_pay_or_base_is_not_sure(tmp_path: Path) -> None:
    """Declared for the past only: the reference makes no month of it."""
    company = make_company(3, 2026, 2, 4, Habits(), simple=True)
    (first, own), *others = company.files
    lines = own.decode("iso-8859-1").splitlines()
    start = lines.index(next(one for one in lines if one.startswith("S21.G00.78")))
    end = next(i for i in range(start, len(lines)) if "S21.G00.30" in lines[i])
    pay = next(i for i, one in enumerate(lines) if one.startswith("S21.G00.51"))
    kept = [*lines[:pay], *lines[end:]]
    total = next(i for i, one in enumerate(kept) if "S90.G00.90.001" in one)
    kept[total] = f"S90.G00.90.001,'{len(kept)}'"
    content = "\n".join(kept).encode("iso-8859-1")
    changed = replace(company, files=((first, content), *others))
    rows = _scanned(changed, tmp_path)
    assert (~rows.sure).sum() == 1
