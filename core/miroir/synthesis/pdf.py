"""A document on A4 paper, from its HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miroir.errors import MiroirError
from miroir.synthesis.case import Case

if TYPE_CHECKING:
    from fpdf import FPDF

SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
"""Points of the body, from the easiest to read to the smallest one allowed."""
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
_MARGIN = 15
_AROUND_TABLE = 1.5
# The standard fonts of PDF hold the characters of Windows-1252.
_IN_FONT = str.maketrans({"\u202f": "\u00a0", "\u2212": "\u2013"})
_ENCODING = "windows-1252"


class PageOverflow(MiroirError):
    """A document of one page does not fit on it."""


def one_page(html_of: Callable[[int], str], case: Case, most: int) -> bytes:
    """The first rendering that fits on one page: smaller letters, then fewer
    causes told in full. `html_of` renders with at most so many causes.

    Raises PageOverflow when even one cause in the smallest size is too much.
    """
    for kept in range(most, 0, -1):
        html = html_of(kept)
        for points in SIZES:
            pdf = _page(html, case, points)
            if len(pdf.pages) == 1:
                return bytes(pdf.output())
    raise PageOverflow("The call sheet does not fit on one page: shorten call.html.j2.")


def pages(html: str, case: Case) -> bytes:
    """The document on as many pages as it takes."""
    return bytes(_page(html, case, SIZES[0]).output())


def _page(html: str, case: Case, points: float) -> FPDF:
    from fpdf import FPDF, FontFace, TextStyle
    from fpdf.html import HTML2FPDF

    class Sheet(HTML2FPDF):
        """Closes up the blank lines that fpdf2 leaves around a table."""

        def _ln(self, h: float | None = None) -> None:
            super()._ln(_AROUND_TABLE if h is None else h)

    pdf = FPDF(format="A4")
    pdf.HTML2FPDF_CLASS = Sheet
    pdf.core_fonts_encoding = _ENCODING
    pdf.set_lang("fr")
    pdf.set_title(f"SIREN {case.siren}")
    pdf.set_creation_date(
        datetime(case.on.year, case.on.month, case.on.day, tzinfo=UTC)
    )
    pdf.set_margins(_MARGIN, _MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, margin=_MARGIN)
    pdf.add_page()
    pdf.set_font("Helvetica", size=points)
    found = _BODY.search(html)
    body = _BETWEEN_TAGS.sub("><", found[1] if found else html).translate(_IN_FONT)
    pdf.write_html(
        _encodable(body),
        table_line_separators=True,
        ul_bullet_char="•",
        li_prefix_color="#000000",
        tag_styles={
            "h1": TextStyle(font_size_pt=points + 4, font_style="B", b_margin=0.4),
            "h2": TextStyle(
                font_size_pt=points + 1, font_style="B", t_margin=1.5, b_margin=0.5
            ),
            "p": TextStyle(t_margin=1, b_margin=0.5),
            "ul": TextStyle(t_margin=0.3, b_margin=0.3),
            "li": TextStyle(l_margin=4, b_margin=0.3),
            "b": FontFace(emphasis="B"),
        },
    )
    return pdf


def _encodable(text: str) -> str:
    """Characters of other alphabets, in a name, become question marks."""
    return text.encode(_ENCODING, "replace").decode(_ENCODING)
