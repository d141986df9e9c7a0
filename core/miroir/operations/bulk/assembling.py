"""From the results of every shard to what is published, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from miroir.config.settings import Settings
from miroir.errors import MiroirError
from miroir.operations.bulk.layout import Layout, as_json, keep
from miroir.operations.bulk.plan import (
    Plan,
    PlannedMonth,
    make_plan,
    manifest_parts,
    pieces_of,
)
from miroir.operations.bulk.results import (
    ShardResult,
    added,
    read_result,
    refusal_json,
)
from miroir.operations.bulk.shard import shard_inputs
from miroir.privacy import load_keys
from miroir.recomputation.bulk.calendar import month_of
from miroir.store.bulk.batches import Batches, PublishedBatch
from miroir.store.bulk.condition_rows import every_condition
from miroir.store.bulk.conditions import written
from miroir.store.bulk.parts import Part, Parts
from miroir.store.bulk.records import Kind, Records
from miroir.store.engine import transaction
from miroir.store.schema import open_engine
from miroir.types.period import Month
from miroir.types.source import Refusal

FORMAT = "miroir.bulk-manifest/1"
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A month as it was published, and what is in none of its lines."""

    period: Month
    figures: Mapping[str, int]
    unprocessed: tuple[Refusal, ...]
    manifest: str


def prepare(settings: Settings, period: Month) -> Plan:
    """Freeze what a month's run works on; raises MiroirError."""
    keys = load_keys(settings.keys.file)
    with _connected(settings, write=False) as connection:
        published = Batches(connection).published()
        conditions = written(every_condition(connection))
    return make_plan(
        Layout.of(settings),
        period,
        published,
        conditions,
        tolerance=settings.gap.tolerance_cents,
        pseudonym_id=keys.pseudonym_id,
    )


def assemble(settings: Settings, plan: Plan, shards: int) -> tuple[Published, ...]:
    """Publish every month of a plan in one transaction.

    Raises MiroirError when the result of a shard is not there, or was not
    made from the inputs of the plan; nothing is published then.
    """
    layout = Layout.of(settings)
    months = _results(layout, plan, shards)
    told = [_told(layout, month, own) for month, own in months]
    with _connected(settings, write=True) as connection:
        batches = Batches(connection)
        for (month, own), published in zip(months, told, strict=True):
            batch = PublishedBatch(
                period=published.period,
                manifest=published.manifest,
                inputs=month.inputs,
                version=plan.version,
                at=datetime.now(UTC),
                employees=published.figures["employees"],
                gaps=published.figures["gaps"],
            )
            batches.publish(batch, _gaps(layout.parts, own))
    return tuple(told)


@contextmanager
def _connected(settings: Settings, *, write: bool) -> Iterator[Connection]:
    engine = open_engine(settings.store.url)
    try:
        with transaction(engine, write=write) as connection:
            yield connection
    finally:
        engine.dispose()


def _results(
    layout: Layout, plan: Plan, shards: int
) -> list[tuple[PlannedMonth, list[ShardResult]]]:
    """Each shard's results, made from the inputs of the plan and no others."""
    histories: list[dict[int, Sequence[Part]]] = [
        {month: manifest_parts(layout, name) for month, name in plan.history.items()}
        for _ in range(shards)
    ]
    found, missing = [], []
    for month in plan.months:
        own = []
        for shard, history in enumerate(histories):
            pieces = pieces_of(layout, month, shard, shards)
            inputs = shard_inputs(plan, month, pieces, history)
            label = str(month_of(month.period))
            path = layout.result(label, shard, shards, inputs)
            if not path.exists():
                missing.append(f"{shard}/{shards} of {label}")
                continue
            result = read_result(path)
            history[month.period] = result.parts
            own.append(result)
        if missing:
            raise MiroirError(_missing(missing))
        found.append((month, own))
    return found


def _missing(shards: Sequence[str]) -> str:
    more = f" and {len(shards) - SHOWN} more" if len(shards) > SHOWN else ""
    return (
        f"no result of shard {', '.join(shards[:SHOWN])}{more} was made from the"
        " inputs of the plan: run these shards, then --assemble again; nothing was"
        " published"
    )


def _told(
    layout: Layout, month: PlannedMonth, results: Sequence[ShardResult]
) -> Published:
    """What is published of a month, its manifest kept."""
    figures = added(result.figures for result in results)
    figures["files"], figures["bytes"] = month.files, month.bytes
    unprocessed = tuple(
        dict.fromkeys(each for result in results for each in result.unprocessed)
    )
    label = month_of(month.period)
    document = {
        "format": FORMAT,
        "period": str(label),
        "inputs": month.inputs,
        "shards": len(results),
        "figures": figures,
        "parts": [part.as_json() for result in results for part in result.parts],
        "unprocessed": [refusal_json(each) for each in unprocessed],
    }
    return Published(
        period=label,
        figures=figures,
        unprocessed=unprocessed,
        manifest=keep(layout.manifests, as_json(document)),
    )


def _gaps(parts: Parts, results: Sequence[ShardResult]) -> Iterator[Records]:
    for result in results:
        for part in result.parts:
            if part.kind is Kind.GAPS:
                yield parts.read(Kind.GAPS, [part])
