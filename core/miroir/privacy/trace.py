"""The keys of the journal, all derived from one root of the key file.

Three are made of each root: one seals the lines, one wraps the keys of
persons, one signs the heads that leave the machine. Whoever has only the
database can make none of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class TraceKeys:
    """`id` names the root in use; `roots` holds it and the retired ones."""

    id: str
    roots: Mapping[str, bytes]

    def seal(self, kid: str, message: bytes) -> bytes | None:
        """HMAC-SHA256 under the root `kid`; None when the root is not known."""
        root = self.roots.get(kid)
        return root and hmac.digest(_derived(root, b"chain"), message, "sha256")

    def commit(self, text: str, kid: str = "") -> str:
        """64 hexadecimal digits that bind to a text without telling it.

        Under the root `kid`, else the one in use; empty when it is not known.
        """
        root = self.roots.get(kid or self.id)
        if root is None:
            return ""
        key = _derived(root, b"commitment")
        return hmac.digest(
            key, text.encode("utf-8", "backslashreplace"), "sha256"
        ).hex()

    def wrapping(self, kid: str) -> bytes | None:
        """The key that wraps the keys of persons, 256 bits."""
        root = self.roots.get(kid)
        return root and _derived(root, b"persons")

    def signing(self) -> Ed25519PrivateKey:
        """The key that signs heads; its public half is for whoever verifies."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        seed = _derived(self.roots[self.id], b"heads")
        return Ed25519PrivateKey.from_private_bytes(seed)

    def public(self, kid: str) -> bytes | None:
        """The public half of the signing key of a root, 32 bytes."""
        if kid not in self.roots:
            return None
        known = TraceKeys(id=kid, roots=self.roots)
        return known.signing().public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "TraceKeys(•••)"


def derived_root(key: bytes) -> bytes:
    """The root of a key file written before it had one of its own."""
    return _derived(key, b"root")


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: bytes) -> bytes:
    # One block of HKDF-Expand (RFC 5869), the keys being uniform already.
    return hmac.digest(key, b"miroir trace " + purpose + b"\x01", "sha256")
