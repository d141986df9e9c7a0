from __future__ import annotations

from miroir import EstablishmentGaps, Month, SampleSize
from miroir.plugins import PluginManager

from tests.hooks.examples import example
from tests.plugins.distributions import Site


def _gaps(employees: int) -> EstablishmentGaps:
    return EstablishmentGaps(
        siren="552100554",
        siret="55210055400013",
        periods=(Month(2026, 3),),
        employees=employees,
        lines=employees,
        amount=100 * employees,
        causes={},
        configured=SampleSize(largest=7),
    )


def test_the_example_studies_one_in_twenty_at_random(site: Site) -> None:
    site.install("miroir-gps-example", {"example_sam": example("miroir_sampling")})
    given = PluginManager.load(enabled=["example_sam"]).sampling()
    assert given is not None
    policy, provider = given
    assert (policy.name, provider.name) == ("one-in-twenty", "example_sam")

    assert policy.size(_gaps(100)) == SampleSize(largest=7, random=10)
    assert policy.size(_gaps(2000)) == SampleSize(largest=7, random=100)
