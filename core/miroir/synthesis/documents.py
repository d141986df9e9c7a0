"""A document ready to leave: rendered, looked over, in the form asked for."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from miroir.synthesis import limit as limits
from miroir.synthesis.case import Case
from miroir.synthesis.limit import Unit
from miroir.synthesis.lint import check
from miroir.synthesis.rendering import MOST, render
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level

FORMS = ("text", "html", "pdf")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is handed over; `left_out`: sentences cut from a record."""

    content: bytes
    text: str
    left_out: tuple[str, ...] = ()


def write(
    document: Document,
    case: Case,
    level: Level,
    form: str,
    *,
    limit: int | None = None,
    unit: Unit = Unit.CHARACTERS,
    folder: Path | None = None,
) -> Written:
    """One document of a case as text, HTML or PDF (`form`).

    `limit` and `unit` bound the text of a record. Raises TextRefused when the
    text holds what may not leave, TemplateRefused, LimitTooSmall, PageOverflow.
    """
    if document is Document.RECORD:
        return _record(case, level, form, limit, unit, folder)
    if form == "text":
        text = checked(render(document, case, level, "text", folder), case)
        return Written(content=text.encode("utf-8"), text=text)
    made = partial(_html, document, case, level, folder)
    page = made(MOST)
    if form == "html":
        return Written(content=page.encode("utf-8"), text=page)
    from miroir.synthesis import pdf

    if document is Document.CALL:
        return Written(content=pdf.one_page(made, case, MOST), text=page)
    return Written(content=pdf.pages(page, case), text=page)


def checked(text: str, case: Case) -> str:
    """The text itself; raises TextRefused when it may not leave.

    HTML is also read without its tags, which could cut a number in two.
    """
    names = {case.name, *(one.name for one in case.contacts)}
    names |= {name for point in case.points for name in point.who}
    check(html.unescape(_TAG.sub("", text)), names)
    return check(text, names)


def _html(
    document: Document, case: Case, level: Level, folder: Path | None, most: int
) -> str:
    return checked(render(document, case, level, "html", folder, most), case)


def _record(
    case: Case,
    level: Level,
    form: str,
    limit: int | None,
    unit: Unit,
    folder: Path | None,
) -> Written:
    """A record is cut as text; HTML and PDF show the text that was kept."""
    whole = checked(render(Document.RECORD, case, level, "text", folder), case)
    kept = limits.cut(whole, limit, unit)
    encoding = "iso-8859-1" if unit is Unit.ISO_8859_1 else "utf-8"
    if form == "text":
        content = kept.text.encode(encoding)
        return Written(content=content, text=kept.text, left_out=kept.left_out)
    page = (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f"<title>SIREN {case.siren}</title>\n</head>\n"
        f"<body>\n<p>{html.escape(kept.text)}</p>\n</body>\n</html>\n"
    )
    if form == "html":
        content = page.encode("utf-8")
    else:
        from miroir.synthesis import pdf

        content = pdf.pages(page, case)
    return Written(content=content, text=kept.text, left_out=kept.left_out)
