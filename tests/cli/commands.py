"""Running `miroir` in a folder, as its user does."""

from __future__ import annotations

from click.testing import CliRunner, Result
from miroir.cli import main


def miroir(*args: str) -> Result:
    """Run one command in this process; its exit code, stdout and stderr."""
    return CliRunner().invoke(main, list(args), prog_name="miroir")
