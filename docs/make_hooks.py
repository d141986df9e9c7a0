"""Write docs/hooks.md from core/miroir/hookspecs.py: python docs/make_hooks.py."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from miroir import hookspecs
from miroir.plugins.loading import hook_names
from miroir.scaffold import KINDS

PAGE = Path(__file__).with_name("hooks.md")
_HEAD = """\
# Hooks

<!-- Written by docs/make_hooks.py from core/miroir/hookspecs.py. -->

A plugin is a module with functions of these names, marked `@miroir.hookimpl`, and an
entry point in the group `miroir`. Every hook takes nothing and returns a list; what is
in it is checked when the plugins are loaded. A name may be given once: two connectors,
diagnostics or commands of the same name are an error that lists who gives them. So are
two threshold policies, two rankings or two sampling policies: only one can decide.
[write-a-plugin.md](write-a-plugin.md) goes from nothing to a plugin that is shipped.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_kinds(), *(_section(name) for name in hook_names())])


def _kinds() -> Iterator[str]:
    """What `plugins new` writes for each hook, and what judges it."""
    yield "| hook | begun by `miroir plugins new NAME` | contract |\n| --- | --- | --- |"
    for hook in hook_names():
        kinds = [kind for kind in KINDS.values() if kind.hook == hook]
        begun = ", ".join(f"`--kind {kind.name}`" for kind in kinds)
        judged = ", ".join(sorted({f"`{kind.contract}`" for kind in kinds}))
        yield f"| `{hook}` | {begun} | {judged} |"
    yield ""


def signature(name: str) -> str:
    """`miroir_sources() -> Sequence[SourceConnector]`"""
    return f"{name}{inspect.signature(getattr(hookspecs, name))}".replace("'", "")


def _section(name: str) -> str:
    text = inspect.getdoc(getattr(hookspecs, name)) or ""
    words, _, rest = text.partition("Example::\n")
    example, _, returns = rest.partition("\nReturns:\n")
    return "\n".join(
        [
            f"## `{signature(name)}`\n",
            f"{words.strip()}\n",
            f"```python\n{dedent(example).strip()}\n```\n",
            f"Returns {' '.join(_lines(returns))}\n",
        ]
    )


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.strip()


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
