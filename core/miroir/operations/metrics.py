"""What Prometheus is told of a workplace: one reading of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from miroir.config.settings import Settings
from miroir.operations.schedule.outlook import Outlook, outlook
from miroir.operations.workplace import Workplace, opened
from miroir.outbox.model import ACTIVE
from miroir.plugins.notes import read
from miroir.store.database import Tables
from miroir.store.schedule.jobs import RunState
from miroir.store.schema import head

Gauge = GaugeMetricFamily


def registry_of(settings: Settings) -> CollectorRegistry:
    """What reads a workplace anew each time that it is asked.

    Asking raises MiroirError: metrics that cannot be read are missing, never
    zero.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reading(settings))
    return registry


class _Reading(Collector):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, else registering would open the store."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        with opened(self._settings) as workplace:
            yield from _families(workplace)


def _families(workplace: Workplace) -> Iterator[Metric]:
    seen = outlook(workplace)
    build = Gauge(
        "miroir_build_info",
        "Version of Miroir and revision of its store.",
        labels=["version", "revision"],
    )
    build.add_metric([version("miroir"), head()], 1)
    yield build
    yield _gauge("miroir_read_timestamp_seconds", "When it was read.", _at(seen.now))
    yield _gauge("miroir_scheduler_live", "A scheduler works.", seen.live)
    yield from _jobs(seen)
    yield from _sources(seen)
    yield _misbehaviours(workplace)
    yield _gauge("miroir_dues_overdue", "Rows past their moment.", seen.overdue)
    yield _gauge(
        "miroir_companies_failing",
        "Companies whose last analysis failed.",
        seen.companies_failing,
    )
    with workplace.store.read() as tables:
        yield from _outbox(tables, seen.now)
        yield from _dossiers(tables)


def _jobs(seen: Outlook) -> Iterator[Gauge]:
    success = Gauge(
        "miroir_job_last_success_timestamp_seconds",
        "When a job last ended well.",
        labels=["job"],
    )
    failures = Gauge(
        "miroir_job_failures", "Failures of a job in a row.", labels=["job"]
    )
    for line in seen.jobs:
        if line.state is None:
            continue
        if line.state.state is RunState.DONE and line.state.finished_at is not None:
            success.add_metric([line.job.name], _at(line.state.finished_at))
        failures.add_metric([line.job.name], line.state.failures)
    yield from (success, failures)


def _sources(seen: Outlook) -> Iterator[Gauge]:
    behind = Gauge("miroir_source_behind", "A source is late.", labels=["source"])
    held = Gauge("miroir_source_held", "A source waits.", labels=["source"])
    pending = Gauge(
        "miroir_source_pending_files", "Files received, not read.", labels=["source"]
    )
    for line in seen.sources:
        name = [line.source.source]
        behind.add_metric(name, line.behind)
        held.add_metric(name, line.watch.held)
        pending.add_metric(name, line.pending)
    yield from (behind, held, pending)


def _misbehaviours(workplace: Workplace) -> CounterMetricFamily:
    counter = CounterMetricFamily(
        "miroir_plugin_misbehaviours",
        "What plugins did wrong, on this machine.",
        labels=["plugin", "kind"],
    )
    noted = Counter((note.plugin, note.kind) for note in read(workplace.settings.runs))
    for (plugin, kind), count in sorted(noted.items()):
        counter.add_metric([plugin, kind], count)
    return counter


def _outbox(tables: Tables, now: datetime) -> Iterator[Gauge]:
    actions = Gauge(
        "miroir_outbox_actions",
        "Actions by kind and state.",
        labels=["kind", "status"],
    )
    for (kind, status), count in tables.outbox.counts().items():
        actions.add_metric([kind, status.value], count)
    yield actions
    oldest = tables.outbox.listed(statuses=ACTIVE, limit=1)
    age = (now - oldest[0].created_at).total_seconds() if oldest else 0
    yield _gauge("miroir_outbox_oldest_seconds", "Age of what waits longest.", age)
    yield _gauge(
        "miroir_outbox_held", "Nothing is sent.", tables.outbox.held() is not None
    )
    broken = Gauge(
        "miroir_destination_open", "Calls to it are suspended.", labels=["destination"]
    )
    for breaker in tables.gates.breakers():
        broken.add_metric([breaker.destination], breaker.state == "open")
    yield broken


def _dossiers(tables: Tables) -> Iterator[Gauge]:
    states = Gauge("miroir_dossiers", "Open dossiers by state.", labels=["state"])
    counts: dict[str, int] = {}
    for line in tables.worklists.lines():
        state = str(line.dossier.state)
        counts[state] = counts.get(state, 0) + 1
    for state in sorted(counts):
        states.add_metric([state], counts[state])
    yield states


def _gauge(name: str, help: str, value: float) -> Gauge:
    return Gauge(name, help, value=float(value))


def _at(moment: datetime) -> float:
    return moment.timestamp()
