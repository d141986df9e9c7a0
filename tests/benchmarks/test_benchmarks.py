"""The benchmarks still run, find what is there, and refuse what is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import generate, limits, recompute, workforce
from benchmarks.asked import Asked, made
from benchmarks.lines import Line, fastest, number, table
from benchmarks.measure import TABLES, put
from benchmarks.process import python
from benchmarks.whole import january, whole

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/performance.md"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of some hundred employees; what there is to find beside it."""
    folder = tmp_path_factory.mktemp("one")
    made(generate.one(1, folder), folder / "one.json")
    return folder / "one-01.dsn"


def test_a_month_that_is_not_the_one_put_there_is_refused(one: Path) -> None:
    truth = january(one.with_name("one.json"))
    found = whole(one, truth)
    assert found.disk > 0 and 0 < found.run.own_mb <= found.run.resident_mb
    line = Line.of("run", found.run, truth.bytes, truth.employees)
    assert line.speed > 0 and line.people > 0
    wrong = replace(truth, gaps=truth.gaps + 1)
    with pytest.raises(SystemExit, match=f"and {truth.gaps} gaps instead of"):
        whole(one, wrong, received=True)


@pytest.mark.parametrize("module", ["parse", "plain_loop"])
def test_readers_find_every_employee(one: Path, module: str) -> None:
    line = Line.said(module, python("-m", f"benchmarks.{module}", str(one)))
    truth = january(one.with_name("one.json"))
    assert (line.bytes, line.employees) == (truth.bytes, truth.employees)


def test_limits_are_told(one: Path) -> None:
    for limit in (limits.copied, limits.counted, limits.wc):
        assert limit(one).speed > 0


def test_recomputation_counts_months_under_contract() -> None:
    rows = [next(each) for each in workforce.blocks(300, 2026, claims=True)]
    assert [len(each) for each in rows] == [300]
    assert 0 < rows[0].has_018.sum() < 300
    for claims in (False, True):
        speed = recompute.columns(300, claims=claims)
        assert 3_000 < speed.months < 3_600 and speed.rate > 0
    assert recompute.decimals(12).months >= 100


def test_small_companies_are_made_once(tmp_path: Path) -> None:
    asked = Asked(
        folder=tmp_path,
        rounds=1,
        megabytes=1,
        files=3,
        sizes=[1],
        employees=1,
        workers_files=3,
    )
    many = asked.many()
    assert len(list(many.rglob("*.dsn"))) == 3
    before = (tmp_path / "many.json").stat().st_mtime_ns
    assert asked.many() == many
    assert (tmp_path / "many.json").stat().st_mtime_ns == before
    assert json.loads((tmp_path / "many.json").read_text())[0]["files"] == 3


def test_the_fastest_of_each_task_is_kept() -> None:
    line = Line(
        what="",
        bytes=2_000_000,
        employees=4,
        seconds=2,
        cpu=1,
        own_mb=0,
        resident_mb=0,
    )
    slow, fast = [replace(line, seconds=s) for s in (3, 1)], [line, line]
    first, second = fastest(2, [lambda: slow.pop(), lambda: fast.pop()])
    assert (first.seconds, second.seconds) == (1, 2)
    assert (first.speed, first.people) == (2, 4)
    rows = table(("what", "x"), [("a", number(1234.5)), ("b", number(0.012345))])
    assert rows == "| what | x |\n| --- | --: |\n| a | 1,234 |\n| b | 0.0123 |\n"


def test_a_table_takes_its_place_in_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    for name in TABLES:
        put(page, name, f"measured {name}\n")
        put(page, name, f"again {name}\n")
    text = page.read_text("utf-8")
    assert "measured speed\n" not in text and "\nagain speed\n<!-- end" in text
    with pytest.raises(SystemExit, match="no marks"):
        put(page, "absent", "")
