"""`miroir run`: one month of many companies, whole or shard by shard."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.state import config_option, current_settings
from miroir.types.period import Month

if TYPE_CHECKING:
    from miroir.config.settings import Settings
    from miroir.operations.bulk.executors import Executor
    from miroir.operations.bulk.plan import Plan

_SHARD = re.compile(r"([0-9]{1,3})/([0-9]{1,3})", re.ASCII)
_MOST_SHARDS = 256
LOCAL, DASK = "local", "dask"
WORKS_SHARDS = "miroir.operations.bulk.shard"
"""What local workers run; named here, as importing it is what takes time."""


def _period(_: click.Context, __: click.Parameter, value: str) -> Month:
    try:
        return Month.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _shard(
    _: click.Context, __: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    if value is None:
        return None
    match = _SHARD.fullmatch(value)
    if match is None or not 0 <= int(match[1]) < int(match[2]) <= _MOST_SHARDS:
        raise click.BadParameter(f"«{value}» is not a shard such as 0/16, at most /256")
    return int(match[1]), int(match[2])


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--period", required=True, callback=_period, metavar="YYYY-MM")
@click.option("--in-place", is_flag=True, help="Receive PATH without copying it.")
@click.option("--shards", type=click.IntRange(1, _MOST_SHARDS), help="How many shards.")
@click.option("--prepare", is_flag=True, help="Receive, plan, and stop there.")
@click.option("--shard", callback=_shard, metavar="I/N", help="Work one shard only.")
@click.option("--assemble", is_flag=True, help="Publish what the shards worked.")
@click.option(
    "--executor", "executor_name", type=click.Choice([LOCAL, DASK]), default=LOCAL
)
@click.option("--workers", type=click.IntRange(1), default=1, help="Local processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Of dask: tls://host:8786.")
@click.option("--resume", is_flag=True, help="Keep the shards that are done.")
@config_option
def run(
    paths: Sequence[Path],
    period: Month,
    in_place: bool,
    shards: int | None,
    prepare: bool,
    shard: tuple[int, int] | None,
    assemble: bool,
    executor_name: str,
    workers: int,
    scheduler: str | None,
    resume: bool,
) -> None:
    """Work a month of every company received, with the files of PATH...

    Alone: receives, works every shard and publishes. On several machines:
    --prepare once, then --shard I/N for each I from 0, then --assemble.
    Earlier months of the year that were not worked, or whose files changed,
    come first.
    """
    if sum((prepare, shard is not None, assemble)) > 1:
        raise click.UsageError("--prepare, --shard and --assemble exclude each other")
    if paths and (shard is not None or assemble):
        raise click.UsageError("PATH is received by --prepare, or without --shard")
    if (executor_name == DASK) != (scheduler is not None):
        raise click.UsageError("--executor dask goes with --scheduler ADDRESS")
    alone = prepare or assemble or shard is not None
    if workers > 1 and scheduler is None and not alone:
        _start_early()
    settings = _started()
    if shard is not None:
        _work_one(settings, period, shard, resume)
        return
    if assemble:
        _assemble(settings, period, shards)
        return
    executor = None if prepare else _executor(scheduler, workers)
    if paths:
        _receive(settings, paths, in_place)
    plan = _prepare(settings, period)
    if executor is not None:
        _work(settings, plan, executor, shards, workers, resume)


def _start_early() -> None:
    """What local workers are copied from imports while this process does."""
    from multiprocessing import forkserver

    _without_threads()
    forkserver.set_forkserver_preload([WORKS_SHARDS])
    forkserver.ensure_running()


def _without_threads() -> None:
    """numpy starts none for the matrices that no run has."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _started() -> Settings:
    """The settings, and what every run imports: no garbage is sought there."""
    _without_threads()
    gc.disable()
    try:
        import_module("miroir.operations.bulk.assembling")
        import_module("miroir.operations.bulk.executors")
        return current_settings()
    finally:
        gc.freeze()
        gc.enable()


def _receive(settings: Settings, paths: Sequence[Path], in_place: bool) -> None:
    from miroir.cli.run_output import counting, tell
    from miroir.operations.bulk.layout import Layout
    from miroir.operations.bulk.receiving import receive

    segments = Layout.of(settings).segments
    with counting("received") as say:
        reception = receive(segments, paths, in_place=in_place, say=say)
    click.echo(f"{reception.given} files given, {reception.new} new")
    tell(reception.refusals)


def _prepare(settings: Settings, period: Month) -> Plan:
    from miroir.cli.run_output import tell_earlier
    from miroir.operations.bulk.assembling import prepare

    plan = prepare(settings, period)
    tell_earlier(plan)
    return plan


def _executor(scheduler: str | None, workers: int) -> Executor:
    from miroir.operations.bulk.executors import Dask, Here, Local

    if scheduler is not None:
        return Dask(scheduler)
    return Local(workers) if workers > 1 else Here()


def _work(
    settings: Settings,
    plan: Plan,
    executor: Executor,
    shards: int | None,
    workers: int,
    resume: bool,
) -> None:
    """Every shard, then the publication."""
    from miroir.cli.run_output import tell_published, working
    from miroir.operations.bulk.assembling import assemble
    from miroir.operations.bulk.layout import Layout
    from miroir.operations.bulk.running import shards_for, specs_for

    count = shards or shards_for(plan, workers)
    specs = list(specs_for(Layout.of(settings), plan, count, resume=resume))
    with working(plan) as say:
        for results in executor.run(specs):
            say(results)
    tell_published(assemble(settings, plan, count))


def _work_one(
    settings: Settings, period: Month, shard: tuple[int, int], resume: bool
) -> None:
    from miroir.cli.run_output import figures_line
    from miroir.operations.bulk.layout import Layout
    from miroir.operations.bulk.shard import ShardSpec, run_shard
    from miroir.recomputation.bulk.calendar import month_of

    spec = ShardSpec(
        layout=Layout.of(settings),
        period=period,
        shard=shard[0],
        shards=shard[1],
        resume=resume,
    )
    for result in run_shard(spec):
        label = f"{month_of(result.period)}, shard {shard[0]}/{shard[1]}"
        click.echo(figures_line(label, result.figures))


def _assemble(settings: Settings, period: Month, shards: int | None) -> None:
    from miroir.cli.run_output import tell_published
    from miroir.operations.bulk.assembling import assemble
    from miroir.operations.bulk.layout import Layout
    from miroir.operations.bulk.plan import read_plan
    from miroir.operations.bulk.running import shards_found

    layout = Layout.of(settings)
    plan = read_plan(layout, period)
    tell_published(assemble(settings, plan, shards or shards_found(layout, plan)))
