"""What the configuration and the plugins say together of the schedule.

Light: `miroir config check` reads it without opening anything.
"""

from __future__ import annotations

from collections.abc import Collection

from miroir.config.problems import problem, suggest
from miroir.config.settings import Settings
from miroir.errors import ConfigurationError
from miroir.plugins.manager import PluginManager
from miroir.types.schedule import FollowUpRule

OWN = ("diagnose", "purge", "anchor", "trace", "adhesion")
"""Jobs of Miroir itself, beside those of sources."""


def check_names(
    settings: Settings, plugins: PluginManager, sources: Collection[str]
) -> None:
    """Raise ConfigurationError for names in `[schedule]` that are of nothing."""
    schedule, layers = settings.schedule, settings.layers
    given = plugins.jobs()
    problems = [
        problem(layers, ("schedule", table, name), f"no such {noun}; {hint}")
        for table, noun, names, known in (
            ("sources", "source", schedule.sources, sources),
            ("jobs", "job of a plugin", schedule.jobs, given),
        )
        for name in names
        if name not in known
        for hint in [suggest((name,), known) if known else "there are none"]
    ]
    for name in sorted({*given} & {*OWN}):
        problems.append(
            f"plugin {given[name].provider} gives the job '{name}', which Miroir has "
            "already. Rename it in the plugin."
        )
    if problems:
        raise ConfigurationError(problems)


def follow_up_rules(
    settings: Settings, plugins: PluginManager
) -> tuple[FollowUpRule, ...]:
    """Rules of plugins and of the configuration, by name.

    Raises ConfigurationError when both have one of the same name.
    """
    rules = {given.value.name: given.value for given in plugins.follow_ups()}
    own = settings.schedule.followups
    if twice := sorted({*rules} & {*own}):
        raise ConfigurationError(
            f"{settings.origin(('schedule', 'followups', name)).place}: "
            f"schedule.followups.{name}: a plugin has a rule of this name; rename it"
            for name in twice
        )
    rules.update({name: section.rule(name) for name, section in own.items()})
    return tuple(rules[name] for name in sorted(rules))
