"""The same job written the ordinary way, end to end, for January.

A tree of dictionaries, Decimal, one function per employee, and SQLAlchemy core
inserting every line of the mirror in batches: what a back office would write
first. Only the usual case is computed (no apprentice, no reduction, full
ceiling pro rata), which flatters it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from miroir import parameters
from miroir.recomputation.contributions import rates_for
from sqlalchemy import Column, Integer, MetaData, Numeric, String, Table, create_engine

CENT = Decimal("0.01")
BATCH = 1_000
_PARENTS = {
    "40": "30",
    "71": "40",
    "62": "40",
    "50": "30",
    "51": "50",
    "53": "51",
    "78": "50",
    "79": "78",
    "81": "78",
    "86": "30",
}
Node = dict[str, Any]

_metadata = MetaData()
_mirror = Table(
    "mirror",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("nir", String, index=True),
    *(
        Column(name, Numeric(14, 2))
        for name in ("t1", "t2", "cet", "due_131", "due_132", "said_131", "said_132")
    ),
)


def employees(path: Path) -> Iterator[Node]:
    """Every employee as a tree of dictionaries."""
    current: Node | None = None
    last: dict[str, Node] = {}
    block, number = "", ""
    with path.open(encoding="iso-8859-1", newline="\n") as lines:
        for line in lines:
            code, value = line[:14], line.rstrip("\r\n")[16:-1]
            here, rubrique = code[8:10], code[11:14]
            if not code.startswith("S21.G00"):
                continue
            if here != block or rubrique <= number:
                node: Node = {"children": []}
                if here == "30":
                    if current is not None:
                        yield current
                    current, last = node, {}
                elif here in _PARENTS and _PARENTS[here] in last:
                    last[_PARENTS[here]]["children"].append((here, node))
                last[here] = node
                block = here
            number = rubrique
            last[here][rubrique] = value
    if current is not None:
        yield current


def below(node: Node, block: str) -> Iterator[Node]:
    for name, child in node["children"]:
        if name == block:
            yield child
        yield from below(child, block)


def mirror(employee: Node, month: date) -> dict[str, object]:
    """Due beside declared for one employee."""
    bases = {each["001"]: Decimal(each["004"]) for each in below(employee, "78")}
    said = {"131": Decimal(0), "132": Decimal(0)}
    for each in below(employee, "81"):
        if each["001"] in said:
            said[each["001"]] += Decimal(each.get("004", "0"))
    gross = bases.get("03", Decimal(0))
    days = sum(
        (Decimal(e["002"]) for e in below(employee, "53") if e.get("003") == "40"),
        Decimal(0),
    )
    whole = Decimal(parameters.ceiling(month)) / 100
    ceiling = (whole * days / 31).quantize(CENT, ROUND_HALF_UP)
    t1, t2 = min(gross, ceiling), max(min(gross, 8 * ceiling) - ceiling, Decimal(0))
    cet = t1 + t2 if gross > ceiling else Decimal(0)
    rates = rates_for(None, month)
    scheme = rates.scheme
    shares = ((t1, rates.t1), (t1, scheme.ceg_t1), (t2, rates.t2), (t2, scheme.ceg_t2))
    due = Decimal(0)
    for base, share in (*shares, (cet, scheme.cet)):
        for rate in (share.employer, share.employee):
            due += (base * rate / 100).quantize(CENT, ROUND_HALF_UP)
    apec = Decimal(0)
    if next(below(employee, "40"))["003"] == "01":
        for rate in (scheme.apec.employer, scheme.apec.employee):
            apec += (min(gross, 4 * ceiling) * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return {
        "nir": employee.get("001", ""),
        "t1": t1,
        "t2": t2,
        "cet": cet,
        "due_131": due,
        "due_132": apec,
        "said_131": said["131"],
        "said_132": said["132"],
    }


def main() -> None:
    paths, database = sys.argv[2:], sys.argv[1]
    engine = create_engine(f"sqlite:///{database}")
    _metadata.create_all(engine)
    started, began, size, count = perf_counter(), process_time(), 0, 0
    with engine.begin() as connection:
        rows: list[dict[str, object]] = []
        for path in map(Path, paths):
            size += path.stat().st_size
            for employee in employees(path):
                rows.append(mirror(employee, date(2026, 1, 1)))
                count += 1
                if len(rows) == BATCH:
                    connection.execute(_mirror.insert(), rows)
                    rows = []
        if rows:
            connection.execute(_mirror.insert(), rows)
    seconds, cpu = perf_counter() - started, process_time() - began
    sys.stdout.write(f"{seconds:.3f} {cpu:.3f} {size} {count}\n")


if __name__ == "__main__":
    main()
