"""Two contracts, one after the other in a month, by columns and by the reference."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from miroir.declaration.columns import compiled

from tests.declaration.columns.conftest import need_kernel
from tests.operations.bulk.places import BulkPlace, differences
from tests.written import (
    Lines,
    as_bytes,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    pay,
)

JANUARY, FEBRUARY = "2026-01", "2026-02"
ENDS = "15012026", "16012026"


@pytest.fixture(autouse=True)
def _compiled() -> None:
    need_kernel()


def part(
    number: str,
    gross: int,
    *,
    first: int,
    last: int,
    t1: int | None = None,
    named: str | None = "",
    rate: float = 0.1002,
) -> tuple[list[Lines], list[Lines]]:
    """Pay and bases of a contract, in cents; `named`: the contract of its bases."""
    capped = min(gross, t1) if t1 is not None else gross
    told = number if named == "" else named
    dates = {"first": first, "last": last, "contract": told}
    owed = contribution("131", f"{round(capped * rate) / 100:.2f}")
    bases = [
        base("02", f"{capped / 100:.2f}", JANUARY, owed, **dates),  # type: ignore[arg-type]
        base("03", f"{gross / 100:.2f}", JANUARY, **dates),  # type: ignore[arg-type]
    ]
    days = f"{last - first + 1}.00"
    return [pay(JANUARY, f"{gross / 100:.2f}", number=number, days=days)], bases


def two(
    *contracts: Lines, gross: tuple[int, int] = (90_000, 95_000), **more: str | None
) -> Lines:
    pays, bases = part("00001", gross[0], first=1, last=15)
    others = part("00002", gross[1], first=16, last=31, **more)  # type: ignore[arg-type]
    return employee(contracts, JANUARY, [*pays, *others[0]], [*bases, *others[1]])


BEFORE = contract(number="00001", end=ENDS[0])
AFTER = contract(ENDS[1], number="00002")
MORE = [{"n001": "20012026", "n003": "04"}]
HOURS = [{"n001": "20012026", "n007": "100.00"}]
CASES = {
    "one after the other": (two(BEFORE, AFTER), True),
    "the later one first": (two(AFTER, BEFORE), True),
    "a cadre then": (two(BEFORE, contract(ENDS[1], number="00002", status="01")), True),
    "at the same time": (two(BEFORE, contract("10012026", number="00002")), False),
    "the first without an end": (two(contract(), AFTER), False),
    "the same number": (two(BEFORE, contract(ENDS[1])), False),
    "a base that names none": (two(BEFORE, AFTER, named=None), False),
    "a base of another": (two(BEFORE, AFTER, named="00009"), False),
    "a status that changes": (
        two(BEFORE, contract(ENDS[1], number="00002", status="01", changes=MORE)),
        True,
    ),
    "hours that change": (
        two(BEFORE, contract(ENDS[1], number="00002", changes=HOURS)),
        False,
    ),
    "three of them": (
        two(BEFORE, AFTER, contract("31012026", number="00003")),
        False,
    ),
}


@pytest.mark.parametrize(("person", "sure"), CASES.values(), ids=CASES)
def test_lines_are_those_of_the_reference(
    person: Lines, sure: bool, tmp_path: Path
) -> None:
    place = BulkPlace(tmp_path / "place")
    place.receive([("1.dsn", as_bytes(envelope(declaration(JANUARY, person))))])
    (done,) = place.run(JANUARY)
    assert differences(place.lines(), place.reference(JANUARY)) == []
    assert (done.figures["employees"], done.figures["sure"]) == (1, int(sure))


def test_declared_under_the_other_contract(tmp_path: Path) -> None:
    """No gap: the two cancel, which the reference says in its own way."""
    pays, bases = part("00001", 100_000, first=1, last=15, rate=0.2004)
    others = part("00002", 100_000, first=16, last=31, rate=0)
    person = employee([BEFORE, AFTER], JANUARY, [*pays, *others[0]], bases + others[1])
    place = BulkPlace(tmp_path / "place")
    place.receive([("1.dsn", as_bytes(envelope(declaration(JANUARY, person))))])
    (done,) = place.run(JANUARY)
    assert differences(place.lines(), place.reference(JANUARY)) == []
    assert done.figures["sure"] == done.figures["gaps"] == 0


def _nir(number: int) -> str:
    return f"19901999{number:05d}"


def drawn(random: Random, number: int) -> Lines:
    """Pay around the ceiling of each half of January, base 02 by either rule."""
    split = random.randint(2, 30)
    ceiling = 400_500
    own, later = (ceiling * days // 31 for days in (split, 31 - split))
    gross = [round(own * random.uniform(0.2, 3)), round(later * random.uniform(0.2, 3))]
    along = min(sum(gross), ceiling) - min(gross[0], own)
    rules = [min(gross[1], later), along, along, along + 1, gross[1]]
    t1 = random.choice([*rules, random.randint(0, later)])
    status = [random.choice(["04", "04", "01", "98"]) for _ in range(2)]
    more: dict[str, Any] = {"n008": random.choice(["99", "99", "99", "64"])}
    if random.random() < 0.2:
        more |= {"n013": "100.00", "n014": "20"}
    contracts = [
        contract(number="A1", status=status[0], end=f"{split:02d}012026", **more),
        contract(f"{split + 1:02d}012026", number="B2", status=status[1], **more),
    ]
    rate = random.choice([0.1002, 0.1002, 0.08])
    first = part("A1", gross[0], first=1, last=split, t1=own, rate=rate)
    second = part("B2", gross[1], first=split + 1, last=31, t1=max(t1, 0), rate=rate)
    for pays, bases in (first, second):
        if random.random() < 0.3:
            bases[1].extend(contribution("132", f"{random.randint(0, 300) / 100:.2f}"))
        if random.random() < 0.3:
            for code in ("018", "106"):
                worth = f"-{random.randint(0, 40_000) / 100:.2f}"
                bases[1].extend(contribution(code, worth))
        assert pays
    order = random.sample(contracts, 2)
    pays, bases = first[0] + second[0], first[1] + second[1]
    return employee(order, JANUARY, pays, bases, nir=_nir(number))


def test_any_pair_is_as_the_reference_has_it(tmp_path: Path) -> None:
    random = Random(20)
    people = [drawn(random, number) for number in range(250)]
    place = BulkPlace(tmp_path / "place")
    place.receive([("1.dsn", as_bytes(envelope(declaration(JANUARY, *people))))])
    (done,) = place.run(JANUARY)
    lines, reference = place.lines(), place.reference(JANUARY)
    assert differences(lines, reference) == []
    assert len(lines) == 2 * done.figures["employees"] == 500
    assert done.figures["sure"] > 150


def test_the_months_around_are_those_of_the_reference(tmp_path: Path) -> None:
    """Some have one contract in January, all have two in February, some one in
    March."""
    random = Random(21)
    people = [drawn(random, number) for number in range(40)]
    first = [
        employee([contract(number="A1")], JANUARY, *whole, nir=_nir(number))
        for number in range(10)
        for whole in [part("A1", 200_000, first=1, last=31)]
    ]
    place = BulkPlace(tmp_path / "place")
    for month, given in (
        (JANUARY, first),
        (FEBRUARY, people),
        ("2026-03", people[5:20]),
    ):
        moved = [[_moved(line, month) for line in person] for person in given]
        content = as_bytes(envelope(declaration(month, *moved)))
        place.receive([(f"{month}.dsn", content)])
        place.run(month)
        assert differences(place.lines(), place.reference(month)) == []


def _moved(line: str, month: str) -> str:
    """A line of January, as of another month; 31 and 30 January are its last day."""
    if month == FEBRUARY:
        for day in ("29", "30", "31"):
            line = line.replace(f"{day}012026", "28012026")
    return line.replace("012026", f"{month[5:]}2026")


def test_the_same_bytes_with_and_without_the_compiled_loops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(22)
    people = [drawn(random, number) for number in range(50)]
    content = as_bytes(envelope(declaration(JANUARY, *people)))
    one = BulkPlace(tmp_path / "one")
    other = BulkPlace(tmp_path / "other", keys=one.settings.keys.file)
    told = []
    for place, switch in ((one, ""), (other, "1")):
        monkeypatch.setenv(compiled.SWITCH, switch)
        compiled.kernel.cache_clear()
        place.receive([("1.dsn", content)])
        (done,) = place.run(JANUARY)
        told.append(
            (sorted(part.sha256 for part in place.parts()[2026 * 12]), done.figures)
        )
    compiled.kernel.cache_clear()
    (parts, figures), (same, by_numpy) = told
    assert parts == same
    assert figures["sure"] > by_numpy["sure"] == 0
