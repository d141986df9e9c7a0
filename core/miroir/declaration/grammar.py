"""From bytes to lines: encoding, line ends, `Sxx.Gyy.zz.aaa,'value'`.

The format has no escape: a value runs from the first «,'» to the last «'» of
its line, apostrophes included (cahier technique CT2025.1.3 §3.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from miroir.declaration.refusals import Code, Refused

MAXIMUM_RECORD = 256
"""Characters per record, line end left out (CT2025.1.3 §3.4)."""

_LINE = re.compile(
    r"(S[0-9]{2}\.G[0-9]{2}\.[0-9]{2})\.([0-9]{3}(?:\.[0-9]{3})?),'(.*)'", re.DOTALL
)
_FIRST_LINE = re.compile(rb"\s*S[0-9]{2}\.G[0-9]{2}\.[0-9]{2}\.[0-9]{3}")
_WINDOWS_ONLY = bytes(range(0x80, 0xA0))
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(slots=True)
class Rubrique:
    """One line of a DSN. `fault` tells what is wrong with it, if anything."""

    block: str
    number: str
    value: str
    line: int
    fault: Code | None = None

    @property
    def code(self) -> str:
        return f"{self.block}.{self.number}"


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file and how it was decoded."""

    lines: list[str]
    encoding: str
    line_end: str


def decode(content: bytes) -> Text:
    """Decode a file; raises Refused on what cannot be a DSN.

    ASCII, then UTF-8 (with or without a mark), then Windows-1252 when bytes
    0x80–0x9F occur, then ISO-8859-1, which always decodes.
    """
    if not content.strip():
        raise Refused(Code.EMPTY_FILE, 0)
    marked = content.startswith(b"\xef\xbb\xbf")
    if marked:
        content = content[3:]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(Code.NOT_TEXT, 0)
    if _FIRST_LINE.match(content) is None:
        wide = b"\x00" in content[:64] and content[:1] in b"S\x00"
        raise Refused(Code.NOT_TEXT if wide else Code.NOT_A_DSN, 1)
    if b"\n" not in content and b"\r" in content.strip():
        raise Refused(Code.LINE_ENDS, 1)
    text, encoding = _decode(content, marked)
    return Text(text.split("\n"), encoding, line_end_of(content))


def encoding_of(content: bytes) -> str:
    """The encoding that `decode` finds, for a file that it can read."""
    marked = content.startswith(b"\xef\xbb\xbf")
    return _decode(content[3:] if marked else content, marked)[1]


def line_end_of(content: bytes) -> str:
    return "CR-LF" if b"\r\n" in content else "LF"


def _decode(content: bytes, marked: bool) -> tuple[str, str]:
    if content.isascii():
        return content.decode("ascii"), "ASCII"
    try:
        return content.decode("utf-8"), "UTF-8 with mark" if marked else "UTF-8"
    except UnicodeDecodeError:
        pass
    if len(content.translate(None, _WINDOWS_ONLY)) < len(content):
        try:
            return content.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError:
            pass
    return content.decode("iso-8859-1"), "ISO-8859-1"


def rubriques(text: Text, first: int = 1) -> Iterator[Rubrique]:
    """Every line in turn, faulty ones too; blank lines have an empty block.

    `first`: the number of the first line.
    """
    match = _LINE.fullmatch
    last = first + len(text.lines) - 1
    for number, line in enumerate(text.lines, start=first):
        line = line.removesuffix("\r")
        found = match(line)
        if found is None:
            if line.strip():
                yield Rubrique("", "", "", number, Code.LINE_MALFORMED)
            elif number != last:
                yield Rubrique("", "", "", number, Code.BLANK_LINE)
            continue
        block, item, value = found.groups()
        yield Rubrique(block, item, value, number, _fault(line, value))


def _fault(line: str, value: str) -> Code | None:
    if not value:
        return Code.VALUE_EMPTY
    if len(line) > MAXIMUM_RECORD:
        return Code.LINE_TOO_LONG
    if not value.isprintable() and _CONTROL.search(value):
        return Code.VALUE_CONTROL
    if value[0] == " " or value[-1] == " ":
        return Code.BLANKS_AROUND
    return None
