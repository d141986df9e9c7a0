"""The pages of the documentation, as CommonMark reads them: blocks, words, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
_PLACES = (
    "*.md",
    "docs/**/*.md",
    "connectors/**/*.md",
    "core/**/*.md",
    "plugins/**/*.md",
    "changes/README.md",
)
_ORDER = re.compile(r"<!-- (?P<word>place|file|append): (?P<value>\S+) -->")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of code. `place`, `file`, `append`: what comments before it ask for."""

    page: Path
    line: int
    language: str
    words: str
    text: str
    place: str = ""
    file: str = ""
    append: str = ""

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one inline mark of a page holds, and the line where its text begins."""

    line: int
    text: str


@dataclass(frozen=True)
class Page:
    """One page. ValueError for a comment that no block follows."""

    path: Path

    def __str__(self) -> str:
        return name(self.path)

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def generated(self) -> bool:
        """Written from the code, which a test of its own compares."""
        return "<!-- Written by docs/make_" in self.text

    @cached_property
    def tokens(self) -> list[Token]:
        return MarkdownIt("commonmark").enable("table").parse(self.text)

    @cached_property
    def blocks(self) -> list[Block]:
        """Every fenced block, and every indented one, which has no language."""
        found: list[Block] = []
        orders: dict[str, str] = {}
        for token in self.tokens:
            if token.type == "html_block":
                orders |= {one["word"]: one["value"] for one in _said(token)}
            elif token.type in ("fence", "code_block"):
                language, _, words = token.info.strip().partition(" ")
                line = (token.map or [0])[0] + 1
                found.append(
                    Block(
                        page=self.path,
                        line=line,
                        language=language,
                        words=words,
                        text=token.content,
                        **orders,
                    )
                )
                orders = {}
            elif orders.keys() - {"place"}:
                raise ValueError(f"{self}: no block follows {orders}")
        return found

    @property
    def codes(self) -> Iterator[Words]:
        """What stands between back quotes in the text."""
        for line, token in self._inline():
            if token.type == "code_inline":
                yield Words(line=line, text=token.content)

    @property
    def links(self) -> Iterator[Words]:
        """Where links and images lead."""
        for line, token in self._inline():
            target = token.attrs.get("href") or token.attrs.get("src")
            if target:
                yield Words(line=line, text=str(target))

    @cached_property
    def anchors(self) -> set[str]:
        """The names of the headings, as GitHub and MyST make them."""
        titles = (
            following.content
            for token, following in zip(self.tokens, self.tokens[1:], strict=False)
            if token.type == "heading_open"
        )
        return {anchor(title) for title in titles}

    def _inline(self) -> Iterator[tuple[int, Token]]:
        line = 0
        for token in self.tokens:
            line = token.map[0] + 1 if token.map else line
            for child in token.children or ():
                yield line, child


def _said(token: Token) -> Iterator[re.Match[str]]:
    return _ORDER.finditer(token.content)


def anchor(title: str) -> str:
    """`The states, again` → `the-states-again`."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def pages() -> list[Page]:
    """Every page but the notes of changes, which tell of what was."""
    found = {path for place in _PLACES for path in ROOT.glob(place)}
    return [Page(path) for path in sorted(found) if path.name != "CHANGELOG.md"]
