"""Bytes read, and bytes to the published month, beside limits and other ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
FEW = "files received before: one small file"
NET, NET_MANY = "what one file adds to that", "what files add to that"
ORDINARY = "the ordinary way, to the database"
HEADS = (
    "what",
    "MB/s",
    "employees/s",
    "MB per CPU second",
    "own MB",
    "resident MB",
)
_GOALS = (
    (PARSE, limits.WC, 0.10),
    (PARSE, LOOP, 5),
    (PARSE, peers.DSN_TOOLS, 1_000),
    (PARSE, peers.DSN_PARSER, 0),
    (MANY, limits.WC_MANY, 0.10),
    (RUN, limits.WC, 0.06),
    (RUN_MANY, limits.WC_MANY, 0.06),
    (RUN, ORDINARY, 15),
    (RUN_MANY, ORDINARY, 15),
    (NET, ORDINARY, 15),
    (NET_MANY, ORDINARY, 15),
    (WHOLE, limits.WC, 0),
    (WHOLE_MANY, limits.WC_MANY, 0),
    (WHOLE, ORDINARY, 0),
    (WHOLE_MANY, ORDINARY, 0),
)
"""What over what, and the least that it is to be; zero where nothing was set."""


def speed(asked: Asked) -> str:
    """The table, then the ratios that are to be held."""
    one, many = asked.one(), asked.many()
    sample = _sample(one, one.with_name("sample.dsn"))
    tasks = [
        *(partial(limit, one) for limit in (limits.copied, limits.counted, limits.wc)),
        partial(limits.wc_files, many),
        partial(_module, PARSE, "benchmarks.parse", one),
        partial(_module, MANY, "benchmarks.parse", many),
        partial(_module, LOOP, "benchmarks.plain_loop", sample),
        partial(_month, WHOLE, one, "one.json", False),
        partial(_month, WHOLE_MANY, many, "many.json", False),
        partial(_month, RUN, one, "one.json", True),
        partial(_month, RUN_MANY, many, "many.json", True),
        partial(_month, FEW, asked.few(), "many.json", True),
        partial(_ordinary, sample),
    ]
    lines = fastest(asked.rounds, tasks)
    lines += [*_net(lines), *_peers(asked, many)]
    sample.unlink()
    return _table(lines) + "\n" + _ratios({line.what: line for line in lines})


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


def _net(lines: Sequence[Line]) -> list[Line]:
    """The runs without what the command takes before any work: its start, that of
    the database, of the Parquet writer, and the publication."""
    by = {line.what: line for line in lines}
    return [
        replace(by[run].beyond(by[FEW]), what=name)
        for run, name in ((RUN, NET), (RUN_MANY, NET_MANY))
    ]


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


def _table(lines: Sequence[Line]) -> str:
    rows = [
        (
            line.what,
            number(line.speed),
            number(line.people),
            number(line.cpu_speed),
            number(line.own_mb),
            number(line.resident_mb),
        )
        for line in lines
    ]
    return table(HEADS, rows)


def _ratios(by: Mapping[str, Line]) -> str:
    rows = [
        (
            f"{name}, over {other}",
            number(by[name].speed / by[other].speed),
            number(by[name].cpu_speed / by[other].cpu_speed),
            number(goal),
        )
        for name, other, goal in _GOALS
        if other in by
    ]
    heads = ("ratio, within this run", "by the clock", "in CPU time", "goal")
    return table(heads, rows)
