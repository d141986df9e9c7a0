"""Files cut, wrongly encoded, or that are no DSN at all."""

from __future__ import annotations

import gzip
import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from random import Random

from tests.damaged.good import READ, Damage, good, joined, lines

_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
)


def cut() -> Iterator[Damage]:
    """Cut anywhere: the end is missing, so nothing says that it is whole."""
    content = good()
    for part in range(1, 30):
        offset = len(content) * part // 30
        yield Damage(name=f"cut-at-{part:02d}-thirtieths", content=content[:offset])
    total = content.rindex(b"S90.G00.90.001")
    second = content.rindex(b"S90.G00.90.002")
    yield Damage(
        name="cut-before-the-totals",
        content=content[:total],
        code="ENVELOPE_UNCLOSED",
    )
    yield Damage(
        name="cut-between-the-totals",
        content=content[:second],
        code="TOTAL_LINES",
    )
    yield Damage(name="cut-inside-the-last-line", content=content[: second + 17])
    yield Damage(
        name="cut-of-its-beginning",
        content=content[len(content) // 2 :].split(b"\n", 1)[1],
        code="OUTSIDE_ENVELOPE",
    )
    yield Damage(
        name="only-the-last-line-end-is-gone",
        content=content.rstrip(b"\n"),
        expected=READ,
        why="real software writes no newline after the last line",
    )


def encodings() -> Iterator[Damage]:
    text = good().decode("iso-8859-1")
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield Damage(name=f"in-{name}", content=text.encode(name))
    yield Damage(name="utf-16-mark-alone", content=b"\xff\xfe")
    yield Damage(name="in-ebcdic", content=text.encode("cp500"))
    why = "every figure is ASCII: only names and addresses may look odd"
    marked = b"\xef\xbb\xbf" + text.encode()
    utf_8 = {"code": "ENCODING", "expected": READ}
    yield Damage(name="in-utf-8", content=text.encode(), why=why, **utf_8)
    yield Damage(name="in-utf-8-with-mark", content=marked, why=why, **utf_8)
    yield Damage(
        name="two-marks",
        content=b"\xef\xbb\xbf" + marked,
        code="NOT_A_DSN",
    )
    yield Damage(
        name="utf-8-and-latin-mixed",
        content=good().replace(b"\xc9", "É".encode(), 1),
        expected=READ,
        why=why,
    )
    yield Damage(
        name="cut-inside-a-utf-8-sequence",
        content=text.encode().replace("É".encode(), b"\xc3", 1),
        expected=READ,
        why=why,
    )
    yield Damage(
        name="in-cp850",
        content=text.replace("Ç", "C").encode("cp850", "replace"),
        expected=READ,
        why=why,
    )


def line_ends() -> Iterator[Damage]:
    given = lines()
    yield Damage(name="cr-only", content=joined(given, "\r"), code="LINE_ENDS")
    yield Damage(
        name="cr-lf-and-lf-mixed",
        content=joined(given[:40], "\r\n") + joined(given[40:]),
        expected=READ,
        why="both line ends are legal and none can be mistaken for a value",
    )
    yield Damage(name="cr-cr-lf", content=joined(given, "\r\r\n"))
    yield Damage(name="no-line-end-at-all", content="".join(given).encode("latin-1"))
    yield Damage(
        name="blank-lines-between",
        content=joined(given, "\n\n"),
        expected=READ,
        code="BLANK_LINE",
        why="a blank line holds no rubrique: the totals still agree",
    )
    yield Damage(
        name="lines-of-spaces-between",
        content=joined(given, "\n   \n"),
        expected=READ,
        code="BLANK_LINE",
        why="as above",
    )


def strangers() -> Iterator[Damage]:
    """What people attach instead of the DSN."""
    yield Damage(name="empty", content=b"", code="EMPTY_FILE")
    yield Damage(name="blank-lines", content=b"\n\r\n \n\t\n", code="EMPTY_FILE")
    yield Damage(name="one-nul", content=b"\x00")
    yield Damage(name="pdf", content=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\n")
    yield Damage(name="png", content=_PNG)
    yield Damage(name="noise", content=Random(4).randbytes(5000))
    yield Damage(
        name="noise-after-a-line", content=good()[:200] + Random(5).randbytes(900)
    )
    yield Damage(name="html", content=b"<!DOCTYPE html><html><body>DSN</body></html>")
    xml = b'<?xml version="1.0"?><DSN><S10.G00.00><V01>PAIE</V01></S10.G00.00></DSN>'
    yield Damage(name="xml-dsn", content=xml)
    rows = "\n".join(line.replace(",'", ";").rstrip("'") for line in lines())
    yield Damage(name="csv", content=rows.encode())
    yield Damage(name="json", content=b'{"S10.G00.00.001": "PAIE"}')
    yield Damage(name="rtf", content=b"{\\rtf1\\ansi S10.G00.00.001,'PAIE'}")
    yield Damage(name="mail", content=b"From: paie@exemple.invalid\n\nVoir la DSN\n")
    yield Damage(name="quoted-mail", content=joined([f"> {line}" for line in lines()]))
    yield Damage(name="base64", content=b64encode(good()))
    yield Damage(name="gzip", content=gzip.compress(good(), mtime=0))
    yield Damage(name="zip", content=_zip())
    yield Damage(name="xlsx", content=_xlsx())
    yield Damage(name="one-line", content=b"S10.G00.00.001,'PAIE'\n")
    yield Damage(
        name="two-files-glued",
        content=_glued(),
        expected=READ,
        why=("both envelopes are whole: they are two deliveries of the same month"),
    )


def _zip() -> bytes:
    return _archive({"janvier.dsn": good()})


def _xlsx() -> bytes:
    """What makes a spreadsheet of an archive: its table of contents."""
    kinds = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org"/>'
    sheet = b"<worksheet><v>S10.G00.00.001</v></worksheet>"
    return _archive({"[Content_Types].xml": kinds, "xl/worksheets/sheet1.xml": sheet})


def _archive(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


def _glued() -> bytes:
    return good() + good()
