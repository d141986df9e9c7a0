"""`miroir plugins`: what is installed, and how to begin one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_plugins, current_settings
from miroir.errors import MiroirError
from miroir.scaffold.kinds import KINDS

if TYPE_CHECKING:
    from miroir.plugins import PluginStatus

ALL = "all"


@click.group()
def plugins() -> None:
    """List plugins, write a new one, grade one."""


@plugins.command("list")
@click.option("--hook", help="Only the plugins that implement this hook.")
@config_option
@FORMAT
@click.pass_context
def list_plugins(ctx: click.Context, hook: str | None, format: str) -> None:
    """List installed plugins: on, off or broken, and what each gives.

    With MIROIR_TRACE_HOOKS=1 any command says which plugin answered to what.
    Exit code 1 when a plugin that is on cannot be used.
    """
    from miroir.plugins import survey

    settings = current_settings(required=False)
    found = survey(settings)
    if hook is not None:
        found = [status for status in found if _known(hook) in status.hooks]
    if format == "json":
        print_json({"schema": "miroir.plugins/1", "plugins": list(map(_json, found))})
    else:
        header = ("PLUGIN", "STATE", "DISTRIBUTION", "VERSION", "HOOKS", "GIVES")
        print_table(header, map(_row, found))
    broken = [status for status in found if status.problem]
    for status in broken:
        click.echo(f"Error: {status.problem}", err=True)
    if broken:
        ctx.exit(1)
    current_plugins(settings).check()


@plugins.command("new")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The folder to write it in; the current one by default.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([*KINDS, ALL]),
    multiple=True,
    default=("source",),
    help="What the plugin gives; may be repeated. A source by default.",
)
def new(name: str, into: Path, kinds: tuple[str, ...]) -> None:
    """Write a whole plugin distribution, which works: gps_acme for instance."""
    from miroir.scaffold import write_plugin

    target = write_plugin(name, into, tuple(KINDS) if ALL in kinds else kinds)
    click.echo(str(target))
    click.echo(
        f"Next: pip install -e {target}, then `miroir plugins list`; "
        f"its tests run with `pytest {target}`.",
        err=True,
    )


@plugins.command("check")
@click.argument("name")
@click.option(
    "--record",
    is_flag=True,
    help="First keep the settings of today as a promise, in the plugin's file.",
)
@FORMAT
@click.pass_context
def check(ctx: click.Context, name: str, record: bool, format: str) -> None:
    """Run the contracts of a plugin and grade it: bronze, silver or gold.

    Needs pytest: pip install 'miroir[testing]'. Exit code 1 below silver.
    """
    from importlib.util import find_spec

    from miroir.cli.output.assessment import assessment_json, assessment_lines

    if find_spec("pytest") is None:
        raise MiroirError("pytest is not installed. Run pip install 'miroir[testing]'.")
    from miroir.testing.conformance.grading import Grade, assess
    from miroir.testing.conformance.recording import record_settings

    if record:
        for file in record_settings(name):
            click.echo(f"recorded: {file}", err=True)
    found = assess(name)
    if format == "json":
        print_json(assessment_json(found))
    else:
        click.echo("\n".join(assessment_lines(found)))
    if found.grade in (Grade.NONE, Grade.BRONZE):
        ctx.exit(1)


def _known(hook: str) -> str:
    """The name of a hook, `miroir_` left out or not."""
    from miroir.plugins.loading import hook_names

    name = hook if hook.startswith("miroir_") else f"miroir_{hook}"
    if name not in hook_names():
        hint = f"There are {', '.join(hook_names())}."
        raise click.BadParameter(f"no hook is named {hook}. {hint}")
    return name


def _state(status: PluginStatus) -> str:
    if status.problem:
        return "broken"
    return "on" if status.on else "off"


def _row(status: PluginStatus) -> tuple[str, ...]:
    provider = status.provider
    return (
        provider.name,
        _state(status),
        provider.distribution,
        provider.version,
        ", ".join(status.hooks) or "-",
        ", ".join(status.gives) or "-",
    )


def _json(status: PluginStatus) -> dict[str, object]:
    return {
        **asdict(status.provider),
        "state": _state(status),
        "hooks": status.hooks,
        "gives": status.gives,
        "problem": status.problem,
    }
