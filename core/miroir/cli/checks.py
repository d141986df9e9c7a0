"""What `miroir doctor` checks. A failure says what to do; nothing is changed."""

from __future__ import annotations

import platform
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from miroir.errors import (
    ConfigurationError,
    DestinationError,
    MiroirError,
    PluginError,
    StoreError,
)

if TYPE_CHECKING:
    from miroir.config.settings import Settings
    from miroir.plugins import PluginManager


_LATELY = timedelta(days=1)


class Status(StrEnum):
    OK = "ok"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing checked; `detail` of a failure holds the remedy."""

    name: str
    status: Status
    detail: str


def examine(config: Path | None) -> Iterator[Check]:
    """Check everything, from the inside to the outside."""
    from miroir.config.loading import load_settings

    yield _ok("python", platform.python_version())
    yield _ok("miroir", version("miroir"))
    try:
        settings = load_settings(config)
    except ConfigurationError as error:
        yield from (_fail("configuration", problem) for problem in error.problems)
        for name in ("plugins", "store", "keys", "archive", "signed heads", "sources"):
            yield _skip(name, "needs a valid configuration")
        return
    yield _ok("configuration", str(settings.file or "environment"))
    plugins = None
    for check in _plugins(settings):
        if isinstance(check, Check):
            yield check
        else:
            plugins = check
    yield from _store(settings)
    yield _keys(settings)
    yield _folder("archive", settings.archive, "archive")
    yield _folder("signed heads", settings.trace.heads, "trace.heads")
    if plugins is None:
        yield _skip("sources", "needs plugins that load")
    else:
        yield from _conduct(settings)
        yield from _sources(settings, plugins)
        yield from _destinations(settings, plugins)


def _conduct(settings: Settings) -> Iterator[Check]:
    """What plugins did wrong lately, each with its last time."""
    from miroir.plugins.notes import Note, read

    since = (datetime.now(UTC) - _LATELY).isoformat(timespec="seconds")
    lately: defaultdict[str, list[Note]] = defaultdict(list)
    for note in read(settings.runs):
        if note.at >= since:
            lately[note.plugin].append(note)
    for plugin, notes in sorted(lately.items()):
        kinds = Counter(note.kind for note in notes)
        counted = ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds))
        last = f"the last in run {notes[-1].run} at {notes[-1].at}: {notes[-1].told}"
        yield _fail(f"conduct of {plugin}", f"since {since}: {counted}; {last}")
    if not lately:
        yield _ok("conduct of plugins", f"nothing wrong since {since}")


def _plugins(settings: Settings) -> Iterator[Check | PluginManager]:
    from miroir.plugins import PluginManager, survey

    try:
        found = survey(settings)
        broken = [status for status in found if status.problem]
        for status in broken:
            yield _fail(f"plugin {status.provider.name}", status.problem)
        if broken:
            return
        manager = PluginManager.from_settings(settings)
        manager.check()
    except (PluginError, ConfigurationError) as error:
        yield _fail("plugins", str(error))
        return
    yield _ok("plugins", ", ".join(item.provider.name for item in manager.loaded))
    yield manager


def _store(settings: Settings) -> Iterator[Check]:
    from miroir.privacy import load_keys
    from miroir.store.database import Store
    from miroir.store.schema import check, head

    problems = check(settings.store.url)
    for problem in problems:
        yield _fail("store", problem)
    if problems:
        return
    try:
        keys = load_keys(settings.keys.file)
        Store.open(settings.store.url, keys).close()
    except StoreError as error:
        yield _fail("store", str(error))
    except MiroirError:
        # Told by the check of the keys, with its remedy.
        yield _ok("store", f"reachable, at revision {head()}")
    else:
        yield _ok("store", f"reachable with these keys, at revision {head()}")


def _keys(settings: Settings) -> Check:
    from miroir.privacy import load_keys

    try:
        load_keys(settings.keys.file)
    except MiroirError as error:
        return _fail("keys", str(error))
    return _ok("keys", str(settings.keys.file))


def _folder(name: str, folder: Path, key: str) -> Check:
    """A folder that is written to, or will be once it is made."""
    existing = next(
        (path for path in (folder, *folder.parents) if path.exists()), Path("/")
    )
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        remedy = f"Give this user the right to write there, or change `{key}`."
        return _fail(name, f"{existing}: {error.strerror}. {remedy}")
    return _ok(name, str(folder) if existing == folder else f"{folder} (to come)")


def _sources(settings: Settings, plugins: PluginManager) -> Iterator[Check]:
    from miroir.plugins import configured_sources
    from miroir.plugins.source_work import at_work

    try:
        sources = configured_sources(settings.layers, plugins)
    except ConfigurationError as error:
        yield from (_fail("sources", problem) for problem in error.problems)
        return
    except PluginError as error:
        yield _fail("sources", str(error))
        return
    if not sources:
        yield _ok("sources", "none configured")
    for name, configured in sources.items():
        try:
            with at_work(configured, plugins.containment) as source:
                source.check()
        except ConfigurationError as error:
            yield _fail(f"source {name}", str(configured.at_fault(error)))
        except MiroirError as error:
            yield _fail(f"source {name}", str(error))
        else:
            yield _ok(f"source {name}", f"reached by {configured.connector}")


def _destinations(settings: Settings, plugins: PluginManager) -> Iterator[Check]:
    from miroir.plugins import configured_destinations
    from miroir.plugins.containment import Task

    try:
        destinations = configured_destinations(settings.layers, plugins)
    except ConfigurationError as error:
        yield from (_fail("destinations", problem) for problem in error.problems)
        return
    except PluginError as error:
        yield _fail("destinations", str(error))
        return
    for name, configured in destinations.items():
        try:
            checking = Task(
                provider=configured.provider,
                doing=f"checking the destination {name}",
                what=f"checking {name}",
                call=configured.destination.check,
                expected=type(None),
            )
            plugins.containment.ask(checking, through=(DestinationError,))
        except ConfigurationError as error:
            yield _fail(f"destination {name}", str(configured.at_fault(error)))
        except MiroirError as error:
            yield _fail(f"destination {name}", str(error))
        else:
            yield _ok(f"destination {name}", f"reached by {configured.connector}")


def _ok(name: str, detail: str) -> Check:
    return Check(name=name, status=Status.OK, detail=detail)


def _fail(name: str, detail: str) -> Check:
    one_line = " ".join(detail.split())
    return Check(name=name, status=Status.FAIL, detail=one_line)


def _skip(name: str, detail: str) -> Check:
    return Check(name=name, status=Status.SKIP, detail=detail)
