"""One bad schedule per message: in a plugin, in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import ConfigurationError, WrongHookResult
from miroir.plugins import PluginManager

from tests.plugins.distributions import Site

JOB = """
    import miroir

    @miroir.hookimpl
    def miroir_jobs():
        return [miroir.Job(name="{name}", rhythm="{rhythm}", run={run})]
"""
RULE = """
    import miroir

    @miroir.hookimpl
    def miroir_followups():
        return [miroir.FollowUpRule(
            name="acme", when={when}, after={after}, purpose="p", label="l")]
"""


FOLLOW_UP = """
[schedule.followups.r]
when = { m = ["v"] }
after = ["1 day"]
purpose = "p"
label = "l"
at = "07:30"
"""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (JOB.format(name="acme", rhythm="soon", run="print"), "«soon» is no rhythm"),
        (JOB.format(name="acme", rhythm="off", run="3"), "its `run` cannot be called"),
        (JOB.format(name="A b", rhythm="off", run="print"), "a name has lower-case"),
        (RULE.format(when={}, after=("1 day",)), "`when` needs at least one menu"),
        (RULE.format(when={"m": ("v",)}, after=("1 jour",)), "«1 jour» is no delay"),
    ],
)
def test_what_a_plugin_gives_wrong(site: Site, code: str, reason: str) -> None:
    site.install("miroir-gps-acme", {"gps_acme": code}, version="1.2")
    with pytest.raises(WrongHookResult) as caught:
        PluginManager.load(enabled=["gps_acme"]).check()
    assert "Plugin 'gps_acme' (miroir-gps-acme 1.2), hook miroir_" in str(caught.value)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('sync = "sometimes"', "schedule.sync: expected when sources are collected"),
        ("sync = 3", "schedule.sync: expected when sources are collected"),
        ('territory = "corse"', "schedule.territory: expected where local times"),
        ("shrink_percent = 101", "schedule.shrink_percent: expected a whole percent"),
        ("tick_seconds = 0", "schedule.tick_seconds: expected seconds between"),
        ('synk = "off"', "schedule.synk: unknown key; did you mean schedule.sync?"),
        (
            '[schedule.sources.depot]\nrythm = "off"',
            "depot.rythm: unknown key; did you mean schedule.sources.depot.rhythm?",
        ),
        (
            '[schedule.sources.depot]\nrhythm = "x"',
            "schedule.sources.depot.rhythm: expected a rhythm such as",
        ),
        ('sources = "depot"', "schedule.sources: expected tables"),
        ('[schedule.jobs]\nacme = "x"', "schedule.jobs.acme: expected"),
        (
            FOLLOW_UP.replace('"07:30"', '"06:00"'),
            'followups.r.at: expected a local time between "07:00" and "20:00"',
        ),
        (
            FOLLOW_UP.replace("1 day", "1 jour"),
            'followups.r.after: expected a list of delays: "5 working days"',
        ),
        (
            FOLLOW_UP.replace('["v"]', "[]"),
            "followups.r.when.m: expected",
        ),
    ],
)
def test_what_the_configuration_says_wrong(
    tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(f"[schedule]\n{text}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(file, environ={})
    assert any(problem in line for line in caught.value.problems), caught.value
