from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from miroir import RecordEntry

from tests.hooks.destinations import SIREN, sent_twice
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_drops_an_entry(site: Site, tmp_path: Path) -> None:
    action = RecordEntry(siren=SIREN, day=date(2026, 3, 2), analysis="Taux erroné.")
    made = sent_twice(site, tmp_path, example("miroir_trace_writers"), "drop", action)
    assert json.loads(made.read_text())["analyse"] == "Taux erroné."
