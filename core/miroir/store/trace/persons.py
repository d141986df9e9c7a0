"""What is told of persons: encrypted, each under a key that can be destroyed.

AES-256-GCM-SIV where the library has it, which forgives a nonce used twice;
else AES-256-GCM. The first byte says which.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from miroir.errors import NothingFound
from miroir.privacy import TamperedData, TraceKeys
from miroir.store.conflict import chunks, upsert
from miroir.store.trace.tables import trace_detail, trace_person
from miroir.trace.versions import canonical_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SIV, _GCM = b"\x01", b"\x02"


class Persons:
    """Tables `trace_person` and `trace_detail`."""

    def __init__(self, connection: Connection, keys: TraceKeys) -> None:
        self._connection = connection
        self._keys = keys

    def keep(self, person: str, detail: Mapping[str, str]) -> str:
        """Store a detail; its commitment, empty when the person was erased."""
        key = self._key(person) or self._new_key(person)
        if key is None:
            return ""
        clear = canonical_json(dict(detail)).encode()
        sealed = _seal(key, clear, f"trace_detail|{person}")
        commitment = hashlib.sha256(sealed).hexdigest()
        row = {"commitment": commitment, "person": person, "sealed": sealed}
        upsert(self._connection, trace_detail, [row])
        return commitment

    def read(self, commitment: str) -> Mapping[str, str] | None:
        """A detail in clear; None when its person was erased.

        Raises NothingFound, or TamperedData for what was altered.
        """
        query = select(trace_detail).where(trace_detail.c.commitment == commitment)
        row = self._connection.execute(query).first()
        if row is None:
            raise NothingFound(f"no detail is known as {commitment}")
        key = self._key(row.person)
        if key is None:
            return None
        clear = _open(key, row.sealed, f"trace_detail|{row.person}")
        return {str(name): str(text) for name, text in json.loads(clear).items()}

    def whole(self, commitments: Iterable[str]) -> set[str]:
        """Of these, the ones whose encrypted detail is there, unaltered."""
        found = set()
        for chunk in chunks(commitments):
            query = select(trace_detail).where(trace_detail.c.commitment.in_(chunk))
            found |= {
                row.commitment
                for row in self._connection.execute(query)
                if hashlib.sha256(row.sealed).hexdigest() == row.commitment
            }
        return found

    def erase(self, person: str, at: datetime) -> bool:
        """Destroy the key of a person; false when it was destroyed before.

        Raises NothingFound when the journal tells nothing of this person.
        """
        query = select(trace_person.c.erased_at).where(trace_person.c.person == person)
        row = self._connection.execute(query.with_for_update()).first()
        if row is None:
            raise NothingFound(f"the journal holds no detail of {person}")
        if row.erased_at is not None:
            return False
        if self._connection.dialect.name == "sqlite":
            # Else the key stays in the page, in what is free of it.
            self._connection.exec_driver_sql("PRAGMA secure_delete=ON").close()
        self._connection.execute(
            update(trace_person)
            .where(trace_person.c.person == person)
            .values(wrapped=None, erased_at=at)
        )
        return True

    def _key(self, person: str) -> bytes | None:
        query = select(trace_person).where(trace_person.c.person == person)
        row = self._connection.execute(query).first()
        if row is None or row.wrapped is None:
            return None
        wrapping = self._keys.wrapping(row.kid)
        if wrapping is None:
            raise TamperedData(
                f"a detail of the journal needs the key «{row.kid}», which the key "
                "file does not hold; put it back under `retired_trace`"
            )
        return _open(wrapping, row.wrapped, f"trace_person|{person}|{row.kid}")

    def _new_key(self, person: str) -> bytes | None:
        """A key for someone new, the one that another program made, or none."""
        kid = self._keys.id
        wrapping = self._keys.wrapping(kid)
        assert wrapping is not None
        key = secrets.token_bytes(_KEY_BYTES)
        wrapped = _seal(wrapping, key, f"trace_person|{person}|{kid}")
        row = {"person": person, "wrapped": wrapped, "kid": kid, "erased_at": None}
        made = upsert(self._connection, trace_person, [row])
        return key if made else self._key(person)


def _seal(key: bytes, clear: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    kind = _newest()
    return kind + nonce + _cipher(kind, key).encrypt(nonce, clear, place.encode())


def _open(key: bytes, sealed: bytes, place: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    kind, nonce = sealed[:1], sealed[1 : 1 + _NONCE_BYTES]
    if kind not in (_SIV, _GCM) or len(nonce) < _NONCE_BYTES:
        raise TamperedData()
    try:
        cipher = _cipher(kind, key)
        return cipher.decrypt(nonce, sealed[1 + _NONCE_BYTES :], place.encode())
    except InvalidTag:
        raise TamperedData() from None


def _newest() -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        _cipher(_SIV, bytes(_KEY_BYTES))
    except UnsupportedAlgorithm:
        return _GCM
    return _SIV


def _cipher(kind: bytes, key: bytes) -> AESGCM | AESGCMSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV

    return AESGCMSIV(key) if kind == _SIV else AESGCM(key)
