"""What a page names between back quotes exists: commands, options, keys, files, names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

import click
import miroir
from miroir.cli import BUILTIN, main
from miroir.config.settings import Settings
from miroir.plugins.loading import hook_names
from pydantic import BaseModel

from tests.docs.command_lines import ASSIGNED, ELSEWHERE, faults, options, refused
from tests.docs.pages import ROOT, Page

_KEY = re.compile(rf"\[?(?:{'|'.join(Settings.model_fields)})(?:\.[\w<>-]+)*\]?")
_PATH = re.compile(
    r"(?:[\w.-]+/)+[\w.@*-]*|[\w-]+\.(?:py|md|toml|service|timer|yml|c|h)"
)
_FILE = re.compile(r".*\.(?:py|toml|j2|yml|keys|db|csv|log|mark)")
ROOTS = ("", "core/miroir", "connectors/miroir_connectors", "docs", "tests")
NO_HOOKS = {
    "miroir.conformance": "a group of entry points",
    "miroir_gps_acme": "a package that `plugins new` writes",
    "miroir_key": "a property of HubSpot",
}
"""Names that begin like hooks or modules and are none."""


def commands(code: str) -> str:
    """`miroir …`, `tox …`: the option, the argument, the environment exists."""
    words = code.split()
    while words and ASSIGNED.match(words[0]):
        words.pop(0)
    if not words or words[0] not in ("miroir", *ELSEWHERE) or len(words) < 2:
        return ""
    try:
        fault = faults(re.sub(r"[{}|<>…]", "X", " ".join(words)))
    except ValueError as error:
        return str(error)
    return "" if fault.endswith("requires an argument.") else fault


def commands_without_their_name(code: str) -> str:
    """`config show`, `schedule list`: a group, and what is below it."""
    words = code.split()
    if words[0] not in BUILTIN or len(words) < 2:
        return ""
    group = main.get_command(click.Context(main), words[0])
    below = isinstance(group, click.Group) and re.fullmatch(r"[a-z-]+", words[1])
    return refused(words[:2]) if below else ""


def options_alone(code: str) -> str:
    """`--since 2026-03`: an option of some command."""
    name = re.split(r"[ =]", code)[0]
    if not re.fullmatch(r"--[a-z-]+", name):
        return ""
    known = name in options() or f'"{name}"' in sources()
    return "" if known else f"no command has {name}"


def keys(code: str) -> str:
    """`[gap]`, `gap.tolerance`, `[outbox] isolation = "none"`: keys of the settings."""
    table, _, rest = code.partition("] ")
    if rest and "=" in rest and table.startswith("["):
        return _read(f"{table}]\n{rest}")
    named = code.startswith("[") or "." in code
    if not named or not _KEY.fullmatch(code) or _FILE.fullmatch(code):
        return ""
    known = _known(code.strip("[]").split(".")) or f'"{code}"' in sources("core")
    return "" if known else "no such key"


def _known(parts: list[str]) -> bool:
    model: type[BaseModel] | None = Settings
    for part in parts:
        if model is None:
            return True
        if part not in model.model_fields:
            return part.startswith("<")
        model = _below(model.model_fields[part].annotation)
    return True


def _below(annotation: object) -> type[BaseModel] | None:
    """The model of a table; None where names are free."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def _read(text: str) -> str:
    for section, table in tomllib.loads(text).items():
        for key in table:
            if not _known([section, key]):
                return f"no key {section}.{key}"
    return ""


def paths(code: str) -> str:
    """`config/systemd/`, `core/miroir/hookspecs.py`: there, if it says it is ours."""
    if not _PATH.fullmatch(code):
        return ""
    first = code.partition("/")[0]
    ours = (
        first not in ("", ".")
        and "/" in code
        and any((ROOT / root / first).is_dir() for root in ROOTS)
    )
    if not ours:
        return ""
    there = any(list((ROOT / root).glob(code.rstrip("/"))) for root in ROOTS)
    return "" if there else "no such file"


def names(code: str) -> str:
    """`miroir.Wording`, `miroir_jobs`, `miroir_dossiers` of metrics, `MIROIR_ADVISER`."""
    if code in NO_HOOKS:
        return ""
    if re.fullmatch(r"miroir_[a-z_]+", code):
        metric = f'"{code.removesuffix("_total")}"'
        known = code in hook_names() or metric in sources("core")
        return "" if known else "no such hook, nor metric"
    variable = re.fullmatch(r"\$?(MIROIR_[A-Z_]+[A-Z])(?:=.*)?", code)
    if variable and "__" not in code:
        return "" if variable[1] in sources() else "nothing reads it"
    if re.fullmatch(r"miroir(?:\.\w+)+(?:\(.*\))?", code) and not _FILE.fullmatch(code):
        return _imported(code.partition("(")[0])
    return ""


def _imported(name: str) -> str:
    found: object = miroir
    path = "miroir"
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        try:
            found = getattr(found, part)
        except AttributeError:
            try:
                found = import_module(path)
            except ImportError:
                return f"no {path}"
    return ""


@cache
def sources(*folders: str) -> str:
    """All the code, or that of some folders, to look a name up in."""
    folders = folders or ("core", "connectors", "tests", "config", "benchmarks")
    found = (
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".toml", ".service") and path.is_file()
    )
    return "".join(path.read_text("utf-8") for path in found) + (
        ROOT / "tox.ini"
    ).read_text("utf-8")


CHECKS: tuple[Callable[[str], str], ...] = (
    commands,
    commands_without_their_name,
    options_alone,
    keys,
    paths,
    names,
)


def wrong(page: Page) -> Iterator[str]:
    """What a page names that is not there, with its line."""
    for code in page.codes:
        text = " ".join(code.text.split())
        for check in CHECKS:
            fault = check(text) if text else ""
            if fault:
                yield f"{page}:{code.line}: `{text}`: {fault}"


def broken(page: Page) -> Iterator[str]:
    """Links of a page that lead nowhere, anchors included."""
    for link in page.links:
        target, _, fragment = link.text.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.path.parent / target).resolve() if target else page.path
        if not path.exists() and path.suffix != ".svg":
            yield f"{page}:{link.line}: {link.text}: no such file"
        elif fragment and fragment not in Page(path).anchors:
            yield f"{page}:{link.line}: {link.text}: no such heading"
