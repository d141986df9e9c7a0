"""Files packed in a ZIP or gzip file, each bounded: a bomb stays unlit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from miroir import SourceError

from miroir_connectors.drop.rules import fault_of, matches, shown

MOST_MEMBERS = 10_000
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 16


def unpacked(
    name: str, content: bytes, patterns: Sequence[str], most: int
) -> Iterator[tuple[str, bytes]]:
    """The files inside, with their names; the file itself when it packs none.

    A workbook is a ZIP file too: only a name in .zip is unpacked. All
    together, at most `most` bytes; raises SourceError beyond, and for a pack
    that is broken or locked.
    """
    lower = name.casefold()
    if lower.endswith(".zip") and content.startswith(_ZIP):
        yield from _zip(name, content, patterns, most)
    elif lower.endswith(".gz") and content.startswith(_GZIP):
        yield name[: -len(".gz")], _gzip(name, content, most)
    else:
        yield name, content


def _zip(
    name: str, content: bytes, patterns: Sequence[str], most: int
) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [each for each in packed.infolist() if not each.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise SourceError(f"{shown(name)}: more than {MOST_MEMBERS} files.")
            left = most
            for member in members:
                _require_name(name, member.filename)
                if not matches(member.filename.rpartition("/")[2], patterns):
                    raise SourceError(
                        f"{shown(name)}: it packs {shown(member.filename)}, whose "
                        "name fits no pattern. Correct the key `patterns`."
                    )
                with packed.open(member) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _too_big(name, most)
                yield f"{name}/{member.filename}", data
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError),
        *(RuntimeError, NotImplementedError),  # locked; packed in a rare way
    ) as error:
        raise SourceError(
            f"{shown(name)}: a ZIP file that cannot be unpacked "
            f"({type(error).__name__}: {error}). Ask for it again, without a password."
        ) from error


def _gzip(name: str, content: bytes, most: int) -> bytes:
    machine = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    left, rest = most, content
    try:
        while rest and not machine.eof:
            part = machine.decompress(rest, _BLOCK)
            rest = machine.unconsumed_tail
            left -= len(part)
            if left < 0:
                raise _too_big(name, most)
            parts.append(part)
    except zlib.error as error:
        raise SourceError(
            f"{shown(name)}: a gzip file that cannot be unpacked. Ask for it again."
        ) from error
    if not machine.eof or machine.unused_data:
        raise SourceError(
            f"{shown(name)}: a gzip file that is cut, or followed by something else. "
            "Ask for it again."
        )
    return b"".join(parts)


def _require_name(name: str, member: str) -> None:
    for part in member.split("/"):
        if fault := fault_of(part):
            raise SourceError(
                f"{shown(name)}: it packs {shown(member)}: {fault}. Ask for another."
            )


def _too_big(name: str, most: int) -> SourceError:
    return SourceError(
        f"{shown(name)}: more than {most // 1_000_000} MB once unpacked. If that is "
        "right, raise the key `most_megabytes`."
    )
