"""`miroir demo`: the main job on a fictitious company that the package makes."""

from __future__ import annotations

from pathlib import Path

import click

from miroir.cli.analyse import conditions_from
from miroir.cli.output import FORMATS, write
from miroir.cli.persons import naming
from miroir.cli.state import installed_plugins
from miroir.demo import demo_adhesions, demo_files
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.judging import Judging
from miroir.types.source import ReceivedFile

ADHESIONS = "adhesions.csv"


@click.command()
@click.option("--format", "form", type=click.Choice(FORMATS), default="table")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the files of the company there, to look at and to change.",
)
def demo(form: str, output: Path | None, into: Path | None) -> None:
    """Run the main job on a fictitious company of a dozen employees.

    Its files hold three errors of payroll, and situations that look odd and
    are right. Pseudonyms are made with your own key file.
    """
    files = [ReceivedFile.of(name, content) for name, content in demo_files()]
    adhesions = ReceivedFile.of(ADHESIONS, demo_adhesions())
    plugins = installed_plugins()
    conditions, refused = conditions_from(adhesions, plugins)
    knowledge = Knowledge(
        diagnostics=plugins.diagnostics(),
        conditions=conditions,
        judging=Judging.of(plugins),
        containment=plugins.containment,
    )
    analysis = analyse([*refused, *files], knowledge)
    write(analysis, form, naming(False), output)
    if into is not None:
        _keep(into, [*files, adhesions])


def _keep(folder: Path, files: list[ReceivedFile]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.content)
    except OSError as error:
        raise click.UsageError(f"{folder}: {error.strerror}; give another") from error
    click.echo(
        f"{len(files)} files written. Change one, then:"
        f" miroir analyse {folder} --adhesions {folder / ADHESIONS}",
        err=True,
    )
