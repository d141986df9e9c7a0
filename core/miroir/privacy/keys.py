"""The keys of an installation, and what is made with them.

A pseudonym is an HMAC-SHA256: a bare hash of a NIR is undone in seconds,
since there are few NIRs. NIRs at rest are encrypted with AES-256-GCM.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from miroir.errors import MiroirError
from miroir.privacy.trace import TraceKeys, derived_root
from miroir.types.identity import PersonNumber

KEY_BYTES = 32
KEY_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,31}", re.ASCII)
_FORMAT = b"\x01"
_NONCE_BYTES = 12
_PSEUDONYM_BYTES = 10


class TamperedData(MiroirError):
    """Encrypted data cannot be read: it was altered, moved, or has another key."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Keys:
    """Keys of 256 bits, each with an id that may be shown.

    `nir_keys` holds the current key, named by `nir_id`, and the retired ones,
    which still decrypt. `trace_keys` holds the roots of the journal in the same
    way; without any, one is derived from the pseudonym key. `ephemeral`: made
    for this process only, so that pseudonyms will differ next time.
    """

    pseudonym_id: str
    pseudonym_key: bytes
    nir_id: str
    nir_keys: Mapping[str, bytes]
    trace_id: str = ""
    trace_keys: Mapping[str, bytes] = field(default_factory=dict)
    ephemeral: bool = False

    @classmethod
    def generate(cls, *, ephemeral: bool = False) -> Keys:
        """New random keys, from the operating system."""
        nir_id, trace_id = secrets.token_hex(4), secrets.token_hex(4)
        return cls(
            pseudonym_id=secrets.token_hex(4),
            pseudonym_key=secrets.token_bytes(KEY_BYTES),
            nir_id=nir_id,
            nir_keys={nir_id: secrets.token_bytes(KEY_BYTES)},
            trace_id=trace_id,
            trace_keys={trace_id: secrets.token_bytes(KEY_BYTES)},
            ephemeral=ephemeral,
        )

    @property
    def trace(self) -> TraceKeys:
        """The keys of the journal."""
        # The derived one stays: lines were sealed with it before the others.
        derived = {self.pseudonym_id: derived_root(self.pseudonym_key)}
        return TraceKeys(
            id=self.trace_id or self.pseudonym_id,
            roots={**derived, **self.trace_keys},
        )

    def pseudonym(self, person: PersonNumber) -> str:
        """A stable name of 18 characters: «e-k5hqy2vd7wzcaf3m»."""
        digest = self._hmac(b"pseudonym", person)[:_PSEUDONYM_BYTES]
        return "e-" + base64.b32encode(digest).decode("ascii").lower()

    def contact(self, siren: str, name: str) -> str:
        """A stable name of someone who answers for a company: «c-k5hqy2vd…»."""
        message = f"contact\0{siren}\0{' '.join(name.split()).casefold()}"
        digest = hmac.digest(self.pseudonym_key, message.encode(), "sha256")
        return "c-" + base64.b32encode(digest[:_PSEUDONYM_BYTES]).decode().lower()

    def lookup(self, person: PersonNumber) -> str:
        """64 hexadecimal digits to find a person in the store.

        They cannot be derived from the pseudonym, which is shown.
        """
        return self._hmac(b"lookup", person).hex()

    def encrypt(self, person: PersonNumber, context: str) -> bytes:
        """Encrypt a number for one place only, such as «table|column|row».

        The result carries the id of the key; a copy put elsewhere does not
        decrypt there.
        """
        return self.seal(_encode(person), context)

    def decrypt(self, data: bytes, context: str) -> PersonNumber:
        """Undo `encrypt`; raises TamperedData, which holds nothing of `data`."""
        clear = self.unseal(data, context)
        return PersonNumber(clear.decode("utf-8", "surrogatepass"))

    def seal(self, clear: bytes, context: str) -> bytes:
        """Encrypt any content as `encrypt` does a number."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.nir_keys[self.nir_id]).encrypt(
            nonce, clear, _bound_to(context, self.nir_id)
        )
        name = self.nir_id.encode("ascii")
        return _FORMAT + bytes([len(name)]) + name + nonce + sealed

    def unseal(self, data: bytes, context: str) -> bytes:
        """Undo `seal`; raises TamperedData, which holds nothing of `data`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key_id, nonce, sealed = _split(data)
        key = self.nir_keys.get(key_id)
        if key is None:
            raise TamperedData(
                f"what is encrypted needs the key «{key_id}», which the key "
                "file does not hold; put it back under `retired_nir`"
            )
        try:
            return AESGCM(key).decrypt(nonce, sealed, _bound_to(context, key_id))
        except InvalidTag:
            raise TamperedData() from None

    def digest(self, purpose: str, *parts: str | bytes) -> str:
        """64 hexadecimal digits of these parts, that nobody can make without us.

        The same parts for another purpose have another digest.
        """
        given = (purpose, *parts)
        encoded = [part.encode() if isinstance(part, str) else part for part in given]
        # Each under its length: «ab», «c» is not «a», «bc».
        message = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
        return hmac.digest(self.pseudonym_key, b"digest\0" + message, "sha256").hex()

    def _hmac(self, domain: bytes, person: PersonNumber) -> bytes:
        message = domain + b"\0" + _encode(person)
        return hmac.digest(self.pseudonym_key, message, "sha256")

    def __repr__(self) -> str:
        return "Keys(•••)"


def _encode(person: PersonNumber) -> bytes:
    # An encoding error would carry the number in its attributes.
    return person.reveal().encode("utf-8", "surrogatepass")


def _bound_to(context: str, key_id: str) -> bytes:
    return f"{context}|{key_id}".encode()


def _split(data: bytes) -> tuple[str, bytes, bytes]:
    """Key id, nonce and ciphertext of what `encrypt` made."""
    if data[:1] != _FORMAT or len(data) < 2:
        raise TamperedData()
    end = 2 + data[1]
    key_id = data[2:end].decode("ascii", "replace")
    if KEY_ID.fullmatch(key_id) is None or len(data) <= end + _NONCE_BYTES:
        raise TamperedData()
    return key_id, data[end : end + _NONCE_BYTES], data[end + _NONCE_BYTES :]
