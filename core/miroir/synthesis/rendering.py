"""Templates of Jinja2, in a sandbox; those of a GPS come before ours."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from miroir.errors import MiroirError
from miroir.synthesis import french, phrases
from miroir.synthesis.case import Case
from miroir.synthesis.vocabulary import Document, vocabulary
from miroir.synthesis.wording import Level

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MOST = 6
"""Causes that a document details; the others are named."""
WIDTH = 92
_TAG = re.compile(r"(<[^>]*>)")
_BLANKS = re.compile(r"\n{3,}")


class TemplateRefused(MiroirError):
    """A template cannot be used."""


def render(
    document: Document,
    case: Case,
    level: Level,
    form: str,
    folder: Path | None = None,
    most: int = MOST,
) -> str:
    """A document as text or HTML (`form`), its French set.

    `folder` holds the templates of a GPS, under the names of ours. Raises
    TemplateRefused with the file, the line and what is wrong.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    if folder is not None and not folder.is_dir():
        raise TemplateRefused(f"{folder}: no such folder of templates")
    name = f"{document}.{'html' if form == 'html' else 'txt'}.j2"
    environment = _environment(folder)
    words = vocabulary(document, level)
    try:
        template = environment.get_template(name)
        made = template.render(case=case, level=level, most=most, **words)
    except TemplateSyntaxError as error:
        where = f"{error.filename or name}, line {error.lineno}"
        raise TemplateRefused(f"{where}: {error.message}") from error
    except (TemplateError, TypeError, ValueError, LookupError) as error:
        raise TemplateRefused(f"{name}{_line(error)}: {error}") from error
    if form == "html":
        return _set_html(made)
    return _set_text(made, WIDTH if document is Document.CALL else 0)


@lru_cache(maxsize=4)
def _environment(folder: Path | None) -> SandboxedEnvironment:
    """Kept, with the templates that it compiled; a file that changes is read again."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    own = [FileSystemLoader(folder)] if folder is not None else []
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, PackageLoader("miroir.synthesis")]),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        capital=french.capital,
        count=french.count,
        day=phrases.day,
        euros=french.euros,
        lowered=french.lowered,
        month=french.month,
        when=french.when,
    )
    return environment


def _line(error: BaseException) -> str:
    """The line of the template where it failed, as Jinja2 rewrote the traceback."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


def _set_text(text: str, width: int) -> str:
    lines = (french.typographic(line.rstrip(" ")) for line in text.splitlines())
    folded = (_folded(line, width) for line in lines) if width else lines
    return _BLANKS.sub("\n\n", "\n".join(folded)).strip("\n") + "\n"


def _folded(line: str, width: int) -> str:
    """A line in several, those that follow under the text of a list's item."""
    bare = line.lstrip(" ")
    hang = " " * (len(line) - len(bare) + (2 if bare.startswith("- ") else 0))
    return "\n".join(
        textwrap.wrap(
            line,
            width,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        if len(line) > width
        else [line]
    )


def _set_html(text: str) -> str:
    """Typography between the tags only."""
    parts = _TAG.split(text)
    return "".join(
        part if part.startswith("<") else french.typographic(part) for part in parts
    )
