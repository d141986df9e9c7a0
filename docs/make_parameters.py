"""Write docs/parameters.md from the dated values: python docs/make_parameters.py."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("parameters.md")
_FILE = "agirc_arrco.toml"
_HEAD = """\
# Parameters

<!-- Written by docs/make_parameters.py from core/miroir/parameters/agirc_arrco.toml. -->

Every dated value that is computed with, and where it was published. A value holds from
its date until the next one. None holds beyond the horizon: asked for a later month,
Miroir refuses rather than prolong it.
"""


def values() -> Mapping[str, Any]:
    """The file as it is shipped."""
    text = files("miroir.parameters").joinpath(_FILE).read_text("utf-8")
    return tomllib.loads(text)


def render() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_body(values())])


def _body(data: Mapping[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if not isinstance(value, list):
            yield f"- `{name}`: {_words(value)}\n"
    for name, entries in data.items():
        if not isinstance(entries, list):
            continue
        yield f"## `{name}`\n"
        yield "| from | values | source |\n| --- | --- | --- |"
        for entry in entries:
            held = {k: v for k, v in entry.items() if k not in ("from", "source")}
            shown = "<br>".join(f"`{k}` {_words(v)}" for k, v in held.items())
            day = entry.get("from", "")
            yield f"| {day} | {shown} | {entry.get('source', '')} |"
        yield ""


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(below)}" for key, below in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
