"""A mail, RFC 5322: one message is one row, such as the request of a client.

A message is what anybody can send: whatever is broken in it is read as far as
can be, and what it says is bounded. Numbers that name a person are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from html import unescape

from miroir import ReceivedFile, RowsRefused
from miroir.privacy import mask
from miroir.types.identity import is_siren, is_siret

from miroir_connectors.records.container import HEADERS
from miroir_connectors.records.row import Row, Table, Unread

HEADER = (
    *("reference", "siren", "subject", "sender", "received"),
    *("title", "text", "attachments"),
)
MOST_PARTS = 1_000
_TOO_BIG = "(message trop gros pour être lu ici : à lire dans la boîte)"
_LONGEST = 4_000
"""Characters of a request that are kept; the message itself is archived."""
_LONGEST_LINE = 200
_MOST_READ = 50_000
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ .\u00a0\u202f]?[0-9]){8,13}(?![0-9])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNREAD = ("style", "script")


def message_table(file: ReceivedFile) -> Table:
    """One row: the request. `siren`: the company that it names, when one is."""
    try:
        message = parse(file)
        row: Row | Unread = Row(line=1, cells=_cells(message, file))
    except (ValueError, LookupError, RecursionError) as error:
        row = Unread(
            line=1,
            code="MESSAGE",
            reason=f"the message cannot be read ({type(error).__name__})",
            remedy="Open it in the mailbox and enter the request by hand.",
        )
    return Table(header=HEADER, rows=[row])


def parse(file: ReceivedFile) -> Message:
    """The message; raises RowsRefused when its bytes are not one."""
    if not file.content.strip():
        raise RowsRefused(f"{file.name}: an empty file, where a message was expected.")
    # The newer policy parses headers wholly, and breaks on hostile ones.
    return BytesParser(policy=compat32).parsebytes(file.content)


def attachments(message: Message) -> Iterator[tuple[str, Message]]:
    """The parts that have a file name, wherever they stand; raises ValueError."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise ValueError(f"more than {MOST_PARTS} parts")
        name = _header(part.get_filename())
        if name and not part.is_multipart():
            yield name, part


def content(part: Message) -> bytes:
    """The bytes of a part, decoded as far as they can be."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _cells(message: Message, file: ReceivedFile) -> list[str]:
    headers_only = file.name.endswith(HEADERS)
    title = _header(message.get("Subject"))
    text = _TOO_BIG if headers_only else _text(message)
    names = [name for name, _ in attachments(message)]
    sender = _sender(message)
    told = [title or "(sans objet)", f"De : {sender}" if sender else "", text]
    if names:
        told.append(f"Pièces jointes : {', '.join(names)}")
    return [
        _header(message.get("Message-ID")) or f"sha256:{file.sha256}",
        _company(title, text),
        mask(_cut("\n".join(filter(None, told)), _LONGEST)),
        sender,
        _header(message.get("Date")),
        mask(title),
        mask(text),
        mask(", ".join(names)),
    ]


def _sender(message: Message) -> str:
    addresses = getaddresses([_header(message.get("From"))])
    return addresses[0][1].casefold() if addresses else ""


def _company(*texts: str) -> str:
    """The SIREN named first where only one is; else all, which no SIREN is."""
    for text in texts:
        numbers = (re.sub("[^0-9]", "", each[0]) for each in _NUMBER.finditer(text))
        found = dict.fromkeys(
            number[:9]
            for number in numbers
            if (len(number) == 9 and is_siren(number))
            or (len(number) == 14 and is_siret(number))
        )
        if found:
            return "/".join(found)
    return ""


def _text(message: Message) -> str:
    """The text written for a reader, that of HTML without its tags."""
    for kind in ("plain", "html"):
        for number, part in enumerate(message.walk()):
            if number >= MOST_PARTS:
                raise ValueError(f"more than {MOST_PARTS} parts")
            if part.get_content_type() == f"text/{kind}" and not part.get_filename():
                text = _decoded(part)[:_MOST_READ]
                if kind == "html":
                    text = _without_tags(text)
                if text.strip():
                    return _cut(_CONTROL.sub("", text).strip(), _LONGEST)
    return ""


def _decoded(part: Message) -> str:
    data, charset = content(part), part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset, errors="replace").replace("\r\n", "\n")
    except LookupError:  # an encoding that does not exist
        return data.decode("latin-1")


def _without_tags(text: str) -> str:
    """The text between tags, in one pass: what is sent may be made to be slow."""
    kept, skipped = [], ""
    for tag, _, data in (part.partition(">") for part in f">{text}".split("<")):
        name = tag.casefold().strip()
        if skipped:
            skipped = "" if name.startswith(f"/{skipped}") else skipped
        else:
            skipped = next((each for each in _UNREAD if name.startswith(each)), "")
        if not skipped:
            kept.append(data)
    return re.sub(r"\s*\n\s*", "\n", unescape(" ".join(kept)))


def _header(value: object) -> str:
    """A header on one line, without what would act on a terminal."""
    text = str(value or "")[:_LONGEST]
    # One that is broken is left as it is written.
    with suppress(ValueError, LookupError, HeaderParseError):
        text = str(make_header(decode_header(text)))
    text = _CONTROL.sub("", " ".join(text.split()))
    return _cut(text.encode("utf-8", "replace").decode(), _LONGEST_LINE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 4]} […]"
