from __future__ import annotations

from pathlib import Path

from miroir import HandOver

from tests.hooks.destinations import SIREN, sent_twice
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_leaves_a_sheet(site: Site, tmp_path: Path) -> None:
    action = HandOver(
        siren=SIREN,
        service="référent",
        reference="MIROIR-1",
        subject="Fichier non intégré",
        text="La DSN de mars n’est pas dans l’outil.",
    )
    made = sent_twice(site, tmp_path, example("miroir_hand_overs"), "tray", action)
    assert made.name == "MIROIR-1.txt"
