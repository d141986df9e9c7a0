"""The grade of our own plugins, by the contracts that they ship."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from miroir.plugins import PluginManager
from miroir.plugins.discovery import Installed, installed_plugins
from miroir.plugins.status import gives
from miroir.testing.conformance.grading import Grade, run_contracts, shortcomings

REQUIRED = os.environ.get("MIROIR_REQUIRE_SERVICES") == "1"
WANTED = {Grade.SILVER, Grade.GOLD} if REQUIRED else {Grade.SILVER}


def own(wanted: Callable[[str], bool]) -> Sequence[Installed]:
    """The plugins that Miroir ships, of these names."""
    found = [each for each in installed_plugins() if each.provider.builtin]
    return [each for each in found if wanted(each.name)]


def wrong(plugins: Sequence[Installed]) -> list[str]:
    """What keeps each of them from its grade; their contracts run together."""
    outcomes, problems = run_contracts(*(each.name for each in plugins))
    found = list(problems)
    for plugin in plugins:
        given = tuple(gives(PluginManager([plugin])))
        for grade, reasons in shortcomings(given, outcomes).items():
            if grade in WANTED:
                found += [f"{plugin.name}, {grade.value}: {each}" for each in reasons]
    if not REQUIRED:  # a server that is not installed is a contract skipped
        return [each for each in found if "nothing was tried" not in each]
    return found
