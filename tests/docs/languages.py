"""What is done with a block of each language; one that is not here fails the tests."""

from __future__ import annotations

import builtins
import importlib
import json
import re
import sqlite3
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dis import get_instructions
from importlib.metadata import EntryPoint
from pathlib import Path
from types import CodeType

import pytest
from miroir.config.layers import read_layers
from miroir.config.loading import validate
from miroir.plugins import (
    PluginManager,
    configured_destinations,
    configured_sources,
)

from tests.docs.command_lines import prompted, script
from tests.docs.pages import Block
from tests.docs.session import Session, inside
from tests.plugins.distributions import Site

TEXTS = {
    "formula": "arithmetic, which tests of the computation hold",
    "usage": "made from the command itself, which a test compares",
    "excerpt": "a part of a document that a schema describes",
}
"""What `text` may be, said after the word: why nothing is run."""


def console(block: Block, session: Session) -> None:
    """Each command after «$ » is run; what is shown after it is what it prints."""
    for command, shown in prompted(block.text):
        session.run(command, shown)


def shell(block: Block, session: Session) -> None:
    """Each line is run; a block of `&&`, `for` or variables whole, by a shell."""
    lines = list(script(block.text))
    if any(re.search(r"&&$|^for |^\w+=\$\(", line) for line in lines):
        session.whole(block.text)
    else:
        for line in lines:
            session.run(line)


def python(block: Block, session: Session) -> None:
    """Imported; the hooks that it implements are loaded and checked, as installed.

    One that has a name, by `file`, stays installed for the rest of the page.
    """
    stem = Path(block.file or f"block_{block.line}.py").stem
    folder = session.folder / f"site-{block.line}"
    folder.mkdir()
    site = Site(folder)
    if "@miroir.hookimpl" in block.text:
        site.install(stem.replace("_", "-"), {stem: block.text})
    else:
        (folder / f"{stem}.py").write_text(block.text, "utf-8")
    sys.path.insert(0, str(folder))
    session.sites.append(site)
    with inside(session.folder):
        module = importlib.import_module(stem)
    unknown = set(_globals(compile(block.text, str(block), "exec"))) - set(dir(module))
    assert unknown <= set(dir(builtins)), f"nothing is named {unknown}"
    if "@miroir.hookimpl" in block.text:
        PluginManager.load(enabled=[stem]).check()
    if not block.file:
        session.forget(site)


def _globals(code: CodeType) -> Iterator[str]:
    """The names that functions of a module take from it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            for one in get_instructions(constant):
                if one.opname == "LOAD_GLOBAL":
                    yield str(one.argval)
            yield from _globals(constant)


def toml(block: Block, session: Session) -> None:
    """Tables of miroir.toml are loaded, connectors built; entry points are read.

    A secret that the block names, `sources__depot__password` or a file of
    /etc/miroir/secrets, is there; one that it does not name is missing.
    """
    read = tomllib.loads(block.text)
    if "project" in read:
        for group, points in read["project"]["entry-points"].items():
            assert group.startswith("miroir"), group
            for name, value in points.items():
                assert EntryPoint(name, value, group).module, name
        return
    path = session.folder / f"block-{block.line}" / "miroir.toml"
    secrets = path.parent / "secrets"
    secrets.mkdir(parents=True)
    path.write_text(block.text.replace(_SECRETS, str(secrets)), "utf-8")
    for found in _SECRET_FILE.finditer(block.text):
        (secrets / (found[1] or found[2])).write_text("s3cret")
    given = dict.fromkeys(_VARIABLE.findall(block.text), "s3cret")
    folder = {"CREDENTIALS_DIRECTORY": str(secrets)}
    layers = read_layers(path, environ=given | folder)
    validate(layers)
    plugins = PluginManager.load()
    configured_sources(layers, plugins)
    configured_destinations(layers, plugins)


_SECRETS = "/etc/miroir/secrets"
_SECRET_FILE = re.compile(rf"((?:sources|destinations)__[a-z0-9_]+)|{_SECRETS}/(\w+)")
_VARIABLE = re.compile(r'environment = "(\w+)"')


def as_json(block: Block, session: Session) -> None:
    """Valid; a file that it is written to is read by the commands that follow."""
    json.loads(block.text)


def sql(block: Block, session: Session) -> None:
    """Run on the store of the workplace, which it only reads; each finds something."""
    uri = f"file:{session.folder / 'miroir.db'}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        for statement in filter(str.strip, block.text.split(";")):
            assert connection.execute(statement).fetchall(), f"nothing: {statement}"


def as_yaml(block: Block, session: Session) -> None:
    """Read; tests/docs/test_running_a_month.py looks at what it says."""
    assert list(pytest.importorskip("yaml").safe_load_all(block.text))


def text(block: Block, session: Session) -> None:
    """Not run: one of the reasons above is said after the word `text`."""
    assert block.words in TEXTS, f"say after `text` why it is not run: {set(TEXTS)}"


def toctree(block: Block, session: Session) -> None:
    """Sphinx fails for a page that is not there; here, that something is named."""
    names = [line for line in block.text.splitlines() if re.match(r"[\w/]", line)]
    assert names, "an empty table of contents"


def include(block: Block, session: Session) -> None:
    """The file is there; its own blocks are run where it stands."""
    named = block.words or block.text.strip()
    assert (block.page.parent / named).is_file(), f"no file {named}"


LANGUAGES: Mapping[str, Callable[[Block, Session], None]] = {
    "console": console,
    "sh": shell,
    "python": python,
    "toml": toml,
    "json": as_json,
    "sql": sql,
    "yaml": as_yaml,
    "text": text,
    "{toctree}": toctree,
    "{include}": include,
}


def follow(block: Block, session: Session) -> None:
    """Write the block where it says, else do what its language asks."""
    written = block.file or block.append
    if written:
        path = session.folder / written
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if block.append else "w", encoding="utf-8") as file:
            file.write(block.text)
        if block.language == "python":
            python(block, session)
        return
    assert block.language, "a block without a language"
    assert block.language in LANGUAGES, f"nothing is known of {block.language!r}"
    LANGUAGES[block.language](block, session)
