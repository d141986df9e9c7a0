"""One row in each table of the schedule, every free text of it given."""

from __future__ import annotations

from datetime import date, time

from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.schedule import tables
from sqlalchemy import insert, select

from tests.store.samples import NOW, SIREN


def fill_schedule(url: str, text: str) -> None:
    """`text` in every column that an outcome, an error or a label may fill."""
    rows: dict[str, dict[str, object]] = {
        "lease": {"name": "scheduler", "owner": text, "fence": 1},
        "job_state": {
            "name": "sync",
            "occurrence": "sync|1",
            "due_at": NOW,
            "state": "done",
            "fence": 1,
            "outcome": text,
            "failures": 0,
        },
        "source_watch": {"source": "depot", "released_by": text},
        "due": {
            "key": "reminder|1",
            "due_at": NOW,
            "day": date(2026, 5, 4),
            "at": time(9),
            "zone": "Europe/Paris",
            "subject_kind": "dossier",
            "subject_id": "1",
            "purpose": "relance",
            "rule": "relance",
            "label": text,
            "payload": {text: text},
            "state": "pending",
            "ready_at": NOW,
            "added_at": NOW,
            "failures": 0,
            "reason": text,
        },
    }
    rows["lease"] |= {"taken_at": NOW, "until": NOW}
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        for name, row in rows.items():
            connection.execute(insert(getattr(tables, name)).values(**row))
        known = select(tables.company_input.c.siren)
        if connection.execute(known).first() is None:
            connection.execute(
                insert(tables.company_input).values(
                    siren=SIREN,
                    changes=1,
                    diagnosed=0,
                    changed_at=NOW,
                    failures=1,
                    error=text,
                )
            )
    engine.dispose()
