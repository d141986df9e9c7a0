"""The one order of everything in bulk: bucket, SIREN, person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

BUCKETS = 256
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BUCKET_BITS, _SIREN_BITS = 8, 30
_PERSON_BITS = 64 - _BUCKET_BITS - _SIREN_BITS
NIC = 100_000
"""A SIRET is a SIREN and five digits."""


def bucket_of(siren: Ints) -> Ints:
    """0 to 255, the same for ever for a SIREN."""
    return ((siren.astype(np.uint64) * _MIX) >> np.uint64(56)).astype(np.int64)


def in_shard(siren: Ints, shard: int, shards: int) -> NDArray[np.bool_]:
    """Which SIRENs belong to a shard: those whose bucket is its own modulo."""
    return np.asarray(bucket_of(siren) % shards == shard)


def place_of(siret: Ints, person: Words) -> Words:
    """What is sorted by: persons of a SIREN follow each other.

    Two persons of a large company may share a place; one never has two.
    """
    siren = siret // NIC
    place = bucket_of(siren).astype(np.uint64) << np.uint64(64 - _BUCKET_BITS)
    place |= siren.astype(np.uint64) << np.uint64(_PERSON_BITS)
    return place | (person >> np.uint64(64 - _PERSON_BITS))
