"""Bytes read, and bytes to the published month, beside limits and other ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import limits, peers
from benchmarks.asked import Asked
from benchmarks.lines import Line, fastest, number, table
from benchmarks.process import python
from benchmarks.whole import january, whole

SAMPLE_MB = 100
"""The ordinary way and the plain loop read this much: they are slow."""
PARSE, MANY, LOOP = "read and type, one file", "read and type, files", "plain loop"
WHOLE, WHOLE_MANY = "`miroir run`, one file", "`miroir run`, files"
RUN, RUN_MANY = "files received before: one file", "files received before: files"
ORDINARY = "the ordinary way, to the database"
HEADS = ("what", "MB/s", "employees/s", "own MB", "resident MB", "over `wc -l`")


def speed(asked: Asked) -> str:
    """The table, then the ratios that are to be held."""
    one, many = asked.one(), asked.many()
    sample = _sample(one, one.with_name("sample.dsn"))
    tasks = [
        partial(_module, PARSE, "benchmarks.parse", one),
        partial(_module, MANY, "benchmarks.parse", many),
        partial(_module, LOOP, "benchmarks.plain_loop", sample),
        partial(_month, WHOLE, one, "one.json", False),
        partial(_month, WHOLE_MANY, many, "many.json", False),
        partial(_month, RUN, one, "one.json", True),
        partial(_month, RUN_MANY, many, "many.json", True),
        partial(_ordinary, sample),
    ]
    found: list[dict[str, float]] = []

    def limit() -> Line:
        found.append(limits.speeds(one))
        return Line(what="", bytes=0, employees=0, seconds=1, own_mb=0, resident_mb=0)

    lines = fastest(asked.rounds, [limit, *tasks])[1:]
    top = {name: max(each[name] for each in found) for name in found[0]}
    lines += _peers(asked, many)
    return _table(top, lines) + "\n" + _ratios(top["wc -l"], lines)


def _module(what: str, module: str, path: Path) -> Line:
    return Line.said(what, python("-m", module, str(path)))


def _month(what: str, data: Path, truths: str, received: bool) -> Line:
    truth = january(data.with_name(truths))
    found = whole(data, truth, received=received)
    return Line.of(what, found.run, truth.bytes, truth.employees)


def _ordinary(sample: Path) -> Line:
    database = sample.with_name("ordinary.db")
    database.unlink(missing_ok=True)
    run = python("-m", "benchmarks.ordinary", str(database), str(sample))
    database.unlink()
    return Line.said(ORDINARY, run)


def _peers(asked: Asked, many: Path) -> list[Line]:
    path = min(many.rglob("*.dsn"))
    found = []
    if asked.dsn_tools:
        found.append(peers.dsn_tools(asked.dsn_tools, path))
    if asked.dsn_parser:
        found.append(peers.dsn_parser(asked.dsn_parser, path))
    return found


def _sample(one: Path, sample: Path) -> Path:
    """The first employees of the huge company, cut between two of them."""
    with one.open("rb") as file:
        text = file.read(SAMPLE_MB * 1_000_000)
    cut = text.rfind(b"\nS21.G00.30.001,'") + 1
    sample.write_bytes(text[:cut])
    return sample


def _table(top: Mapping[str, float], lines: Sequence[Line]) -> str:
    wc = top["wc -l"]
    rows = [
        (f"*limit*: {name}", number(mb), "", "", "", number(mb / wc))
        for name, mb in top.items()
    ]
    rows += [
        (
            line.what,
            number(line.speed),
            number(line.people),
            number(line.own_mb),
            number(line.resident_mb),
            number(line.speed / wc),
        )
        for line in lines
    ]
    return table(HEADS, rows)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """`goal`: zero where none was set."""

    name: str
    value: float
    goal: float


def _ratios(wc: float, lines: Sequence[Line]) -> str:
    by = {line.what: line.speed for line in lines}
    ratios = [_Ratio(f"{PARSE}, over `wc -l`", by[PARSE] / wc, 0.10)]
    ratios.append(_Ratio(f"{PARSE}, over {LOOP}", by[PARSE] / by[LOOP], 5))
    for name in (WHOLE, WHOLE_MANY):
        ratios.append(_Ratio(f"{name}, over `wc -l`", by[name] / wc, 0.06))
        ratios.append(_Ratio(f"{name}, over {ORDINARY}", by[name] / by[ORDINARY], 15))
    for name, goal in ((peers.DSN_TOOLS, 1_000), (peers.DSN_PARSER, 0)):
        if name in by:
            ratios.append(_Ratio(f"{PARSE}, over {name}", by[PARSE] / by[name], goal))
    rows = [(each.name, number(each.value), number(each.goal)) for each in ratios]
    return table(("ratio, within this run", "measured", "goal"), rows)
