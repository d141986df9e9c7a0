"""One entry of a record, and its intent."""

from __future__ import annotations

import hashlib
from datetime import date

from miroir import Intent, RecordEntry

SIREN = "999000015"
ENTRY = RecordEntry(
    siren=SIREN,
    day=date(2026, 11, 25),
    analysis="CET absente depuis janvier ; écart de 120,50 € par mois.",
    call_happened=True,
    call_summary="Le cabinet corrigera sur la DSN de décembre.",
    menus={"motif": "01", "suite": "R"},
)


def intent(name: str = "one") -> Intent:
    return Intent(key=hashlib.sha256(name.encode()).hexdigest(), siren=SIREN)
