"""The grade of a plugin: bronze, silver, gold, and what keeps it from the next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from miroir.errors import NothingFound, PluginError
from miroir.plugins.discovery import Installed, installed_plugins
from miroir.plugins.manager import PluginManager
from miroir.plugins.status import gives
from miroir.types.action import ACTIONS

GROUP = "miroir.conformance"
_DESTINATIONS = frozenset(each.replace("_", " ") for each in ACTIONS)
SLOWEST_IMPORT = 0.5
"""Seconds that importing a plugin may take: every command pays for it."""
_IMPORT = (
    "import sys, time, miroir, miroir.plugins.manager\n"
    "begun = time.perf_counter()\n"
    "__import__(sys.argv[1])\n"
    "print(time.perf_counter() - begun)\n"
)


class Grade(StrEnum):
    """None: it cannot be used."""

    NONE = "none"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One test of one contract: passed, failed or skipped."""

    kind: str
    subject: str
    test: str
    outcome: str
    reason: str = ""

    def is_about(self, thing: str) -> bool:
        """Whether it is of what a plugin gives, such as «crm contact acme-crm».

        A plugin may give one name to things of several kinds.
        """
        return thing == f"{self.kind} {self.subject}"

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}, {self.test}: {self.reason or self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """`against` holds, for each grade that was not reached, why.

    `contracts` names the module of its contracts, «» when it ships none.
    """

    plugin: str
    distribution: str
    grade: Grade
    gives: tuple[str, ...]
    import_seconds: float
    outcomes: tuple[Outcome, ...]
    against: dict[Grade, tuple[str, ...]]
    contracts: str = ""


def assess(name: str) -> Assessment:
    """Grade an installed plugin; raises NothingFound.

    bronze: it loads, in time, and what it gives keeps the contract of its
    hooks. silver: each thing it gives has a contract in its conformance module,
    which ran, and no test fails. gold: nothing is skipped either.
    """
    installed = _installed(name)
    against: dict[Grade, tuple[str, ...]] = {}
    given: tuple[str, ...] = ()
    seconds = 0.0
    outcomes: tuple[Outcome, ...] = ()
    try:
        manager = PluginManager([installed])
        manager.check()
        given = tuple(gives(manager))
        seconds = import_seconds(installed.entry_point.module)
    except PluginError as error:
        against[Grade.BRONZE] = (str(error),)
    if not against and seconds > SLOWEST_IMPORT:
        slow = f"importing it takes {seconds:.2f} s, over {SLOWEST_IMPORT} s"
        against[Grade.BRONZE] = (slow,)
    if not against:
        outcomes, problems = run_contracts(name)
        outcomes = tuple(_named(each, given) for each in outcomes)
        against |= shortcomings(given, outcomes)
        against[Grade.SILVER] = problems or against[Grade.SILVER]
    return Assessment(
        plugin=name,
        distribution=installed.provider.release,
        grade=_grade(against),
        gives=given,
        import_seconds=seconds,
        outcomes=outcomes,
        against={grade: reasons for grade, reasons in against.items() if reasons},
        contracts=module.value if (module := conformance_module(name)) else "",
    )


def shortcomings(
    given: Sequence[str], outcomes: Sequence[Outcome]
) -> dict[Grade, tuple[str, ...]]:
    """What keeps a plugin that gives these things from silver, and from gold."""
    outcomes = [_named(each, given) for each in outcomes]
    about = [each for each in outcomes if any(each.is_about(one) for one in given)]
    return {
        Grade.SILVER: tuple(_below_silver(given, about)),
        Grade.GOLD: tuple(_below_gold(about)),
    }


def conformance_module(name: str) -> EntryPoint | None:
    """Where the contracts of a plugin are, None if it ships none."""
    found = list(entry_points(group=GROUP, name=name))
    return found[0] if found else None


def run_contracts(*names: str) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """Run the conformance modules of plugins, together in a process of their own.

    Returns what each test gave, and what kept them from running.
    """
    found = {name: conformance_module(name) for name in names}
    missing = [
        f'no entry point "{name}" in the group "{GROUP}": no contract. '
        "See docs/write-a-plugin.md."
        for name, module in found.items()
        if module is None
    ]
    if missing:
        return (), tuple(missing)
    modules = [module.value for module in found.values() if module]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--pyargs", *modules, "-q"),
                *("-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder),
                *("--import-mode=importlib", "--miroir-report", str(report)),
            ],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        lines = report.read_text("utf-8").splitlines() if report.exists() else []
    outcomes = tuple(Outcome(**json.loads(line)) for line in lines)
    if outcomes:
        return outcomes, ()
    last = (ran.stdout + ran.stderr).strip().rpartition("\n")[2]
    return (), (f"the contracts of {', '.join(modules)} did not run: {last}",)


def import_seconds(module: str) -> float:
    """How long importing a module takes, Miroir being there.

    A busy machine makes it slow once: what is too long is measured three times.
    """

    def once() -> float:
        ran = subprocess.run(
            [sys.executable, "-c", _IMPORT, module],
            capture_output=True,
            text=True,
            check=True,
        )
        return float(ran.stdout.splitlines()[-1])

    first = once()
    if first <= SLOWEST_IMPORT:
        return first
    return min(first, once(), once())


def _installed(name: str) -> Installed:
    known = installed_plugins()
    for plugin in known:
        if plugin.name == name:
            return plugin
    hint = next(_givers(known, name), "See `miroir plugins list`.")
    raise NothingFound(f"No plugin is named '{name}'. {hint}")


def _givers(known: Sequence[Installed], name: str) -> Iterator[str]:
    """The plugins that give something of this name, which was meant perhaps."""
    for plugin in known:
        with suppress(PluginError):
            for thing in gives(PluginManager([plugin])):
                if thing.rpartition(" ")[2] == name:
                    yield f"The plugin '{plugin.name}' gives {thing}."


def _named(outcome: Outcome, given: Sequence[str]) -> Outcome:
    """With the kind that the list of plugins shows: a destination is of several."""
    kinds = [
        kind
        for kind, _, name in (thing.rpartition(" ") for thing in given)
        if name == outcome.subject and kind in _DESTINATIONS
    ]
    whole = outcome.kind != "destination" or not kinds
    return outcome if whole else replace(outcome, kind=kinds[0])


def _below_silver(given: Sequence[str], outcomes: Sequence[Outcome]) -> Iterator[str]:
    for thing in given:
        about = [each for each in outcomes if each.is_about(thing)]
        if not about:
            yield f"{thing}: no contract"
        elif all(each.outcome == "skipped" for each in about):
            yield f"{thing}: nothing was tried ({about[0].reason})"
    yield from _told(each for each in outcomes if each.outcome == "failed")


def _below_gold(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield from _told(each for each in outcomes if each.outcome == "skipped")


def _told(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Each of them, those of one thing that have one reason told together."""
    alike: dict[tuple[str, str, str], list[Outcome]] = {}
    for each in outcomes:
        alike.setdefault((each.kind, each.subject, each.reason), []).append(each)
    for (kind, subject, reason), found in alike.items():
        if len(found) == 1:
            yield str(found[0])
        else:
            yield f"{kind} {subject}, {len(found)} tests: {reason or found[0].outcome}"


def _grade(against: dict[Grade, tuple[str, ...]]) -> Grade:
    reached = Grade.NONE
    for grade in (Grade.BRONZE, Grade.SILVER, Grade.GOLD):
        if against.get(grade):
            return reached
        reached = grade
    return reached
