from __future__ import annotations

from miroir import CompanyView, Scope
from miroir.plugins import PluginManager

from tests.diagnostic.views import company, line
from tests.hooks.examples import example
from tests.plugins.distributions import Site


def _staff(number: int) -> CompanyView:
    return company(*(line(f"E{each:07}", 100) for each in range(number)))


def test_the_example_is_harder_on_large_companies(site: Site) -> None:
    site.install("miroir-gps-example", {"example_thr": example("miroir_thresholds")})
    given = PluginManager.load(enabled=["example_thr"]).threshold_policy()
    assert given is not None
    policy, provider = given
    assert (policy.name, provider.name) == ("by-headcount", "example_thr")

    assert policy.choose(_staff(50)).least == {Scope.EMPLOYEES: 1000}
    assert policy.choose(_staff(49)) == _staff(49).thresholds
