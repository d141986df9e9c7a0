from __future__ import annotations

import json
from pathlib import Path

from miroir import AdhesionUpdate

from tests.hooks.destinations import SIREN, sent_twice
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_writes_an_order(site: Site, tmp_path: Path) -> None:
    action = AdhesionUpdate(siren=SIREN, plan="p", version="1", before=(), after=())
    made = sent_twice(
        site, tmp_path, example("miroir_adhesion_updaters"), "orders", action
    )
    assert json.loads(made.read_text())["version"] == "1"
