from __future__ import annotations

from miroir.plugins import PluginManager

from tests.diagnostic.views import company, diagnosis
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_puts_the_heaviest_first(site: Site) -> None:
    site.install("miroir-gps-example", {"example_rank": example("miroir_ranking")})
    given = PluginManager.load(enabled=["example_rank"]).ranking()
    assert given is not None
    ranking, provider = given
    assert (ranking.name, provider.name) == ("heaviest", "example_rank")

    own = [diagnosis(1, amount=-10), diagnosis(2, amount=-300), diagnosis(3, amount=20)]

    assert [one.rank for one in ranking.order(company(), own)] == [2, 3, 1]
