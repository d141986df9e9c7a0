from __future__ import annotations

from pathlib import Path

from miroir import Mail

from tests.hooks.destinations import SIREN, sent_twice
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_leaves_a_mail(site: Site, tmp_path: Path) -> None:
    action = Mail(
        siren=SIREN, to=("paie@example.org",), subject="Écart", text="Bonjour"
    )
    made = sent_twice(site, tmp_path, example("miroir_mailers"), "pickup", action)
    assert b"To: paie@example.org" in made.read_bytes()
