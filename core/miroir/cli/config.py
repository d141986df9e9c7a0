"""`miroir config`: check it, show it, describe it."""

from __future__ import annotations

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import (
    config_option,
    current_plugins,
    current_settings,
    current_state,
)
from miroir.errors import ConfigurationError


@click.group()
def config() -> None:
    """Check and show the configuration."""


@config.command()
@config_option
def check() -> None:
    """Check every key, the plugins named and the tables of connectors.

    Nothing outside is contacted: `miroir doctor` does that.
    """
    from miroir.config.layers import read_layers
    from miroir.config.loading import validate
    from miroir.operations.adhesion.menus import menu_of
    from miroir.operations.schedule.configured import check_names, follow_up_rules
    from miroir.plugins import (
        PluginManager,
        configured_destinations,
        configured_sources,
    )

    layers = read_layers(current_state().config)
    problems: list[str] = []
    try:
        plugins = PluginManager.from_settings(validate(layers))
    except ConfigurationError as error:
        problems.extend(error.problems)
        # Tables are checked all the same, so that everything is told at once.
        plugins = PluginManager.load()
    try:
        sources = configured_sources(layers, plugins)
    except ConfigurationError as error:
        problems.extend(error.problems)
    try:
        destinations = configured_destinations(layers, plugins)
    except ConfigurationError as error:
        problems.extend(error.problems)
    if problems:
        raise ConfigurationError(dict.fromkeys(problems))
    settings = validate(layers)
    check_names(settings, plugins, sources)
    follow_up_rules(settings, plugins)
    menu_of(settings)
    where = layers.file or "environment"
    names = (("sources", sources), ("destinations", destinations))
    told = (f"{section}: {', '.join(found) or 'none'}" for section, found in names)
    click.echo(f"{where}: valid; {'; '.join(told)}")


@config.command()
@config_option
@FORMAT
@click.option("--origin", is_flag=True, help="Also show where each value was written.")
def show(format: str, origin: bool) -> None:
    """Show every setting in force; secrets are hidden."""
    from miroir.config.display import rows

    shown = list(rows(current_settings(required=False)))
    if format == "json":
        fields = ("value", "origin") if origin else ("value",)
        print_json({row.key: {f: getattr(row, f) for f in fields} for row in shown})
    elif origin:
        table = [(row.key, row.value, row.origin) for row in shown]
        print_table(("KEY", "VALUE", "ORIGIN"), table)
    else:
        print_table(("KEY", "VALUE"), [(row.key, row.value) for row in shown])


@config.command()
@config_option
@click.pass_context
def lint(ctx: click.Context) -> None:
    """Say what works today and will not always, or is not careful.

    Settings, connectors and hooks that will go, passwords in clear, files that
    are not read. Exit code 1 when there is something to say.
    """
    from miroir.config.linting import remarks
    from miroir.plugins.status import deprecations_used

    settings = current_settings()
    found = [*remarks(settings), *deprecations_used(settings)]
    for remark in found:
        click.echo(remark)
    if found:
        ctx.exit(1)
    click.echo("nothing to say", err=True)


@config.command()
@config_option
def schema() -> None:
    """Write the JSON schema of miroir.toml, installed connectors included."""
    from miroir.config.schema import json_schema

    plugins = current_plugins(current_settings(required=False))
    sources = {name: given.value for name, given in plugins.sources().items()}
    given = plugins.destinations()
    print_json(json_schema(sources, {name: given[name].value for name in given}))
