from __future__ import annotations

from datetime import date

from miroir.plugins import PluginManager
from miroir.schedule.followups import planned
from miroir.schedule.territories import territory
from miroir.types.schedule import Subject

from tests.hooks.examples import example
from tests.plugins.distributions import Site


def test_the_example_starts_two_calls(site: Site) -> None:
    code = example("miroir_followups")
    site.install("miroir-gps-example", {"example_followups": code})
    plugins = PluginManager.load(enabled=["example_followups"])
    plugins.check()
    ((rule, provider),) = plugins.follow_ups()
    assert provider.name == "example_followups"
    found = planned(
        [rule],
        {"echange": "injoignable"},
        subject=Subject(kind="company", id="999000243"),
        chosen_on=date(2026, 4, 2),
        place=territory("metropole"),
    )
    # Easter is on the 5th: the 6th is a public holiday.
    assert [due.day for due in found] == [date(2026, 4, 7), date(2026, 4, 10)]
