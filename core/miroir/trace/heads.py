"""Signed heads: what leaves the machine, so that a cut or a replay is seen.

Whoever holds the database can drop its last lines, and restore an older end;
nobody can take back a head that was signed and kept elsewhere.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from miroir.errors import MiroirError
from miroir.privacy import TraceKeys
from miroir.trace.chain import Head

FORMAT = "miroir.trace.head/1"


class NoHead(MiroirError):
    """This is no signed head of a journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """The end of a chain at a moment, signed (Ed25519) with the root `kid`."""

    chain: str
    seq: int
    at: datetime
    digest: str
    seal: str
    kid: str
    signature: str = ""

    def message(self) -> bytes:
        """The bytes that are signed: every field after its length."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        fields = [FORMAT, self.chain, str(self.seq), at, self.digest, self.seal]
        encoded = (each.encode() for each in (*fields, self.kid))
        return b"".join(b"%d:%b" % (len(each), each) for each in encoded)

    def genuine(self, public: bytes | None) -> bool:
        """Whether the holder of that key signed it; false without a key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if public is None:
            return False
        try:
            signature = base64.b64decode(self.signature, validate=True)
            Ed25519PublicKey.from_public_bytes(public).verify(signature, self.message())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def file_name(self) -> str:
        """Names in the order of the chain; none is ever taken twice."""
        return f"head-{self.seq:012d}-{self.digest[:12]}.json"

    def document(self) -> dict[str, object]:
        return {"format": FORMAT, **asdict(self), "at": self.at.isoformat()}


def sign(keys: TraceKeys, chain: str, head: Head, at: datetime) -> SignedHead:
    """Sign the end of a chain."""
    bare = SignedHead(
        chain=chain,
        seq=head.seq,
        at=at,
        digest=head.digest,
        seal=head.seal,
        kid=keys.id,
    )
    signature = base64.b64encode(keys.signing().sign(bare.message())).decode("ascii")
    return SignedHead(**{**asdict(bare), "signature": signature})


def read_head(text: str) -> SignedHead:
    """A head from its JSON; raises NoHead."""
    try:
        document = json.loads(text)
        if document.pop("format") != FORMAT:
            raise NoHead
        at = datetime.fromisoformat(document.pop("at"))
        head = SignedHead(at=at, **document)
        head.message()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise NoHead from None
    return head
