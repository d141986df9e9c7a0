from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from miroir import CrmContact

from tests.hooks.destinations import SIREN, sent_twice
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_writes_a_page(site: Site, tmp_path: Path) -> None:
    action = CrmContact(
        siren=SIREN,
        at=datetime(2026, 3, 2, 10, tzinfo=UTC),
        channel="call_out",
        subject="Écart de mars",
        note="Correction promise pour avril.",
        adviser="Camille",
    )
    made = sent_twice(site, tmp_path, example("miroir_crm_loggers"), "notebook", action)
    assert made.read_text() == "Écart de mars : Correction promise pour avril."
