"""French as it is set: no-break spaces, a true minus sign, whole paragraphs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

_NO_BREAK, _NARROW = "\u00a0", "\u202f"
_BEFORE_COLON = re.compile(r" (?=[:%](?:[\s,.;)]|$))")
_BEFORE_OTHERS = re.compile(r" (?=[;!?](?:\s|$))")
_OPENING = re.compile(f"«[ {_NO_BREAK}{_NARROW}]?")
_CLOSING = re.compile(f"[ {_NO_BREAK}{_NARROW}]?»")
# A hyphen before an amount in French, «-17,50»; never one inside a word.
_MINUS = re.compile(r"(?<![\w.,-])-(?=[0-9][0-9\u00a0\u202f]*,[0-9])")

Part = str | tuple[str, str]


def typographic(text: str) -> str:
    """The spaces that no line may break, and the minus sign of amounts."""
    text = _BEFORE_COLON.sub(_NO_BREAK, text)
    text = _BEFORE_OTHERS.sub(_NARROW, text)
    text = _OPENING.sub(f"«{_NO_BREAK}", text)
    text = _CLOSING.sub(f"{_NO_BREAK}»", text)
    return _MINUS.sub("\N{MINUS SIGN}", text)


def say(console: Console, *parts: Part, indent: int = 2, most: int = 0) -> None:
    """One paragraph; a part is a text, or a text and its style.

    Lines are made here: rich would break them at no-break spaces. A word
    longer than the width, such as a path, is never cut.
    """
    text = Text.assemble(*(_set(part) for part in parts))
    width = min(console.width, most or console.width) - indent
    for paragraph in text.split("\n"):
        for line in _lines(paragraph, width):
            console.print(Text(" " * indent) + line, soft_wrap=True)


def _set(part: Part) -> Part:
    if isinstance(part, str):
        return typographic(part)
    text, style = part
    return typographic(text), style


def _lines(text: Text, width: int) -> Iterator[Text]:
    end = 0
    for line in textwrap.wrap(
        text.plain,
        width,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        start = text.plain.index(line, end)
        end = start + len(line)
        yield text[start:end]
