"""Command lines: whether `miroir` takes them, and what else a page tells to type."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from functools import cache
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

import click
from miroir.cli import BUILTIN, main

from tests.docs.pages import ROOT

ASSIGNED = re.compile(r"[A-Z_]+=")
_ANY = re.compile("[A-Z]+|.*….*")
SHELL = re.compile(r"[|&;<>`*]|\$\(|\$[A-Za-z]")


def split(command: str) -> list[str]:
    """The words of a line, without its comment."""
    return shlex.split(command, comments=True)


def refused(words: Sequence[str]) -> str:
    """Why `miroir` does not take these words, «miroir» left out; empty if it does.

    Arguments may be missing, and a value that is a word in capitals or «…» stands
    for any.
    """
    command: click.Command = main
    context = click.Context(main, info_name="miroir")
    rest = list(words)
    try:
        while isinstance(command, click.Group) and rest:
            parser = command.make_parser(context)
            _, rest, _ = parser.parse_args(rest)
            if not rest:
                return ""
            _, found, rest = command.resolve_command(context, rest)
            assert found is not None
            command = found
            context = click.Context(command, parent=context, info_name=command.name)
        values, arguments, _ = command.make_parser(context).parse_args(rest)
        if arguments:
            return f"too many arguments: {' '.join(arguments)}"
        return _values_refused(command, context, values)
    except click.UsageError as error:
        return error.format_message()


def _values_refused(
    command: click.Command, context: click.Context, values: Mapping[str, object]
) -> str:
    for parameter in command.params:
        given = values.get(parameter.name or "")
        for value in given if isinstance(given, list) else [given]:
            chosen = isinstance(parameter.type, click.Choice | click.IntRange)
            if chosen and isinstance(value, str) and not _ANY.fullmatch(value):
                parameter.type(value, parameter, context)
    return ""


def known() -> Iterator[str]:
    """The names of every built-in command, groups left out: «dossiers call»."""
    for name in BUILTIN:
        yield from _names(main, (), click.Context(main), only=name)


def _names(
    command: click.Command, path: tuple[str, ...], context: click.Context, only: str
) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name in [only] if not path else command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        inner = click.Context(below, parent=context)
        yield from _names(below, (*path, name), inner, only)


@cache
def options() -> frozenset[str]:
    """Every option of every command of `miroir`."""
    return frozenset(
        option
        for command in _commands(main, click.Context(main))
        for parameter in command.get_params(click.Context(command))
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    )


def _commands(
    command: click.Command, context: click.Context
) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands(below, click.Context(below, parent=context))


def _tox(words: Sequence[str]) -> str:
    tox = ConfigParser()
    tox.read(ROOT / "tox.ini", "utf-8")
    names = {"py", *tox["tox"]["env_list"].replace(",", " ").split()}
    names |= {name.removeprefix("testenv:") for name in tox.sections()}
    asked = words[words.index("-e") + 1].split(",")
    return "".join(f"no environment {one}" for one in asked if one not in names)


def _python(words: Sequence[str]) -> str:
    if "-m" not in words:
        path = words[0]
        there = "/" not in path or (ROOT / path).exists()
        return "" if there else f"no file {path}"
    module = words[words.index("-m") + 1]
    if module.partition(".")[0] not in ("benchmarks", "tests"):
        return ""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return f"no module {module}"
    near = "".join(
        path.read_text("utf-8") for path in Path(spec.origin).parent.glob("*.py")
    )
    asked = [word for word in words if word.startswith("--")]
    return "".join(f"no option {one}" for one in asked if f'"{one}"' not in near)


def _pip(words: Sequence[str]) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = re.findall(r"miroir\[(.*?)\]", " ".join(words))
    extras = [extra for one in asked for extra in one.split(",")]
    known = project["optional-dependencies"]
    return "".join(f"no extra {one}" for one in extras if one not in known)


def _pytest(words: Sequence[str]) -> str:
    paths = [word for word in words if "/" in word and not word.startswith("-")]
    return "".join(f"no file {one}" for one in paths if not (ROOT / one).exists())


def _any(words: Sequence[str]) -> str:
    return ""


ELSEWHERE: Mapping[str, tuple[str, Callable[[Sequence[str]], str]]] = {
    "pip": ("would change the interpreter: its extras exist", _pip),
    "python": ("modules and options exist, at length elsewhere", _python),
    "python3": ("makes an environment", _any),
    "tox": ("its environment exists", _tox),
    "pytest": ("its files exist", _pytest),
    "dask": ("needs a cluster; tests/operations/bulk starts one", _any),
    "psql": ("tests/store runs what it is given on PostgreSQL", _any),
    "man": ("make_man.py --check compares the page", _any),
}
"""Programs that pages name and that are not run here: why, and what is checked."""


def faults(command: str) -> str:
    """Why a line cannot work; empty when `miroir` takes it or nobody can say."""
    words = split(command)
    while words and ASSIGNED.match(words[0]):
        words.pop(0)
    if not words:
        return ""
    program = words[0].rpartition("/")[2]
    if program == "miroir":
        return refused(words[1:])
    if program in ELSEWHERE:
        return ELSEWHERE[program][1](words[1:])
    return ""


def parts(line: str) -> list[str]:
    """The commands that a line of shell joins."""
    line = re.sub(r"\s>\s*\S+", "", line)
    words = re.split(r"\s(?:&&|\|\||\||;|&)(?:\s|$)", line)
    return [part for part in (word.strip() for word in words) if part]


def script(text: str) -> Iterator[str]:
    """The commands of a block in `sh`, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def prompted(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a block in `console`, and what is shown before the next.

    ValueError: the block shows something before its first command.
    """
    before, *found = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if before.strip():
        raise ValueError(f"no command before {before.strip()[:40]!r}")
    for part in found:
        lines = part.splitlines()
        more = list(takewhile(lambda line: line.startswith("> "), lines[1:]))
        command = " ".join([lines[0].removesuffix("\\"), *(one[2:] for one in more)])
        yield command, "\n".join(lines[1 + len(more) :])
