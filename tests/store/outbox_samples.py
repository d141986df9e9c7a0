"""One row in each table of the outbox, every free text of it given."""

from __future__ import annotations

from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.outbox import tables
from sqlalchemy import insert

from tests.store.samples import NOW, SIREN


def fill_outbox(url: str, text: str) -> None:
    """`text` in every column that a worker, an error or a person may fill."""
    action: dict[str, object] = {
        "kind": "mail",
        "siren": SIREN,
        "dossier": "dossier:1",
        "payload": b"sealed",
        "fingerprint": "b" * 64,
        "status": "needs_person",
        "doubt": True,
        "attempts": 1,
        "not_before": NOW,
        "fence": 1,
        "lease_owner": text,
        "destination": "courriel",
        "code": text,
        "reason": text,
        "proposed": "resend",
        "proposed_by": text,
        "decided_by": "",
        "created_at": NOW,
    }
    rows: list[tuple[str, dict[str, object]]] = [
        ("outbox", {**action, "id": 1, "key": "a" * 64}),
        ("outbox", {**action, "id": 2, "key": "c" * 64}),
        ("outbox_needs", {"outbox_id": 2, "needs_id": 1}),
        (
            "attempt",
            {
                "outbox_id": 1,
                "fence": 1,
                "step": "send",
                "ended": True,
                "at": NOW,
                "owner": text,
                "outcome": "unknown",
                "code": text,
                "milliseconds": 3,
            },
        ),
        (
            "breaker",
            {"destination": "crm", "state": "closed", "failures": 0, "recent": "01"},
        ),
        (
            "rate_bucket",
            {"destination": "crm", "thousandths": 1000, "updated_at": NOW},
        ),
        ("outbox_hold", {"id": 1, "since": NOW, "held_by": text, "reason": text}),
        (
            "delivery_verdict",
            {
                "destination": "crm",
                "connector": "crm-odoo",
                "declared": "C",
                "delivery": "D",
                "reason": text,
                "recorded_by": text,
                "recorded_at": NOW,
            },
        ),
    ]
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        for name, row in rows:
            connection.execute(insert(getattr(tables, name)).values(**row))
    engine.dispose()
