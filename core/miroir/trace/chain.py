"""The chain: each line is bound to all those before it, and sealed with a key.

`digest` binds a line to the one before, and can be computed by anyone: an
auditor follows it without any secret. `seal` is an HMAC of that digest and of
the seal before: without the key nobody makes a line that holds.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from miroir.privacy.trace import TraceKeys

FORMAT = "miroir.trace/1"
START = "0" * 64


class Head(NamedTuple):
    """The end of a chain: its last line, 0 before the first one."""

    seq: int
    digest: str
    seal: str


FIRST = Head(0, START, START)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, as stored. `facts` and `versions` are JSON with sorted keys.

    `commitment` is the sha256 of the encrypted detail, empty without one; `kid`
    names the root of the key of the seal.
    """

    seq: int
    at: datetime
    actor: str
    act: str
    siren: str
    subject: str
    outcome: str
    facts: str
    versions: str
    person: str
    commitment: str
    kid: str
    digest: str = ""
    seal: str = ""

    @property
    def head(self) -> Head:
        return Head(self.seq, self.digest, self.seal)


SIGNED = tuple(name for name in Line.__slots__ if name not in ("digest", "seal"))
"""The fields that a digest covers, in their order."""


def canonical(chain: str, line: Line) -> bytes:
    """A line as bytes: every field after its length, none can pass for another."""
    return _prefixed(
        (
            FORMAT,
            chain,
            str(line.seq),
            line.at.astimezone(UTC).isoformat(timespec="microseconds"),
            *(getattr(line, name) for name in SIGNED[2:]),
        )
    )


def _prefixed(fields: Iterable[str]) -> bytes:
    # What was tampered with may hold anything, and is still to be compared.
    encoded = [each.encode("utf-8", "surrogatepass") for each in fields]
    return b"".join([b"%d:%b" % (len(each), each) for each in encoded])


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_prefixed((one,)), _prefixed((other,)))


def digest_after(before: Head, chain: str, line: Line) -> str:
    """The digest of a line that follows `before`."""
    found = hashlib.sha256(_prefixed((before.digest,)))
    found.update(canonical(chain, line))
    return found.hexdigest()


def seal_after(before: Head, keys: TraceKeys, kid: str, digest: str) -> str | None:
    """The seal of such a line; None when the key is not known."""
    sealed = keys.seal(kid, _prefixed((before.seal, digest)))
    return None if sealed is None else sealed.hex()


def holds(before: Head, keys: TraceKeys | None, chain: str, line: Line) -> str:
    """What is wrong with a line that follows `before`; empty when it holds.

    Without keys only the digests are followed.
    """
    if line.seq != before.seq + 1:
        return f"follows line {before.seq}: lines are missing, added or swapped"
    if not _same(digest_after(before, chain, line), line.digest):
        return "is not what was written: it, or the one before it, was changed"
    if keys is None:
        return ""
    seal = seal_after(before, keys, line.kid, line.digest)
    if seal is None:
        return f"was sealed with the key «{line.kid}», which the key file does not hold"
    if not _same(seal, line.seal):
        return "was not sealed by Miroir: it was written or changed by someone else"
    return ""
