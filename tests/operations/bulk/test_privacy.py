"""No number of a person in anything that bulk work writes beside the segments."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
from miroir.testing.payroll import SimulatedCompany

from tests.operations.bulk.places import BulkPlace
from tests.written import NIR, as_bytes, declaration, envelope, plain


def everything(folder: Path) -> str:
    """All that the files hold, Parquet columns in clear."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            rows = duckdb.connect().execute(
                "SELECT * FROM read_parquet(?)", [str(path)]
            )
            found.append(repr(rows.fetchall()))
        elif path.is_file():
            found.append(f"{path}\n{path.read_bytes().decode('iso-8859-1')}")
    return "\n".join(found)


def test_no_nir_is_written(
    place: BulkPlace, companies: tuple[SimulatedCompany, ...]
) -> None:
    good = plain("2026-03", "2000.00", "2000.00", ("85.40", "99.00"), number=NIR)
    bad = [line.replace("004,'2000.00'", "004,'deux mille'") for line in good]
    place.receive(
        [
            (f"{NIR}.dsn", as_bytes(envelope(declaration("2026-03", good)))),
            (
                f"{NIR}b.dsn",
                as_bytes(envelope(declaration("2026-03", bad, nic="00025"))),
            ),
        ]
    )
    place.run("2026-03", shards=2, range_rows=3)
    assert place.gaps("999000243")
    store = sqlite3.connect(place.settings.store.url.removeprefix("sqlite:///"))
    written = everything(place.layout.folder) + "\n".join(store.iterdump())
    store.close()
    persons = {person.number for each in companies for person in each.company.people}
    assert not [nir for nir in (NIR, *persons) if nir in written]
    names = {person.family_name for each in companies for person in each.company.people}
    assert not [name for name in names if f"'{name}'" in written]
    assert "e-" in written
