"""Write docs/commands.md from the command line itself: python docs/make_commands.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from miroir.cli import BUILTIN, main

PAGE = Path(__file__).with_name("commands.md")
_HEAD = """\
# Commands

<!-- Written by docs/make_commands.py from the commands themselves. -->

Every command answers `--help`. Results go to the standard output, messages to the
standard error. [Exit codes](operations.md) say to a scheduler what happened.
"""


def render() -> str:
    """The whole page: every built-in command, the ones below it included."""
    context = click.Context(main, info_name="miroir")
    parts = [_HEAD]
    for name in sorted(BUILTIN):
        command = main.get_command(context, name)
        assert command is not None
        parts.extend(_command(("miroir", name), command, context))
    return "\n".join(parts)


def _command(
    path: Sequence[str], command: click.Command, parent: click.Context
) -> Iterator[str]:
    if command.hidden:
        return
    context = click.Context(command, info_name=path[-1], parent=parent)
    level = "#" * min(len(path), 4)
    yield f"{level} `{' '.join(path)}`\n"
    yield _words(command.help or command.short_help or "")
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text usage\n{' '.join(path)} {usage}\n```\n"
    options = [each for each in command.params if isinstance(each, click.Option)]
    rows = [row for each in options if (row := each.get_help_record(context))]
    if rows:
        yield "| option | does |\n| --- | --- |"
        yield from (f"| `{_cell(what)}` | {_cell(does)} |" for what, does in rows)
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _command((*path, name), below, context)


def _words(text: str) -> str:
    paragraphs = text.replace("\b\n", "").strip().split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
