"""Numbers of 64 bits that stand for persons and contracts, made with a key.

SipHash-2-4 (Aumasson and Bernstein, 2012) on the text of the NIR: without the
key of the installation, trying every NIR tells nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from miroir.declaration.columns.compiled import kernel
from miroir.privacy import Keys

LIBRARY = Path(__file__).with_name("siphash.so")
Words = NDArray[np.uint64]
PERSON_WORDS, CONTRACT_WORDS = 2, 3
_WORD = 8
_INITIAL = (
    0x736F6D6570736575,
    0x646F72616E646F6D,
    0x6C7967656E657261,
    0x7465646279746573,
)


@dataclass(frozen=True, slots=True, repr=False)
class Namer:
    """The key of an installation's numbers, from the one of its pseudonyms."""

    key: tuple[int, int]

    @classmethod
    def of(cls, keys: Keys) -> Self:
        digest = hmac.digest(keys.pseudonym_key, b"bulk\0name", "sha256")
        low, high = (int.from_bytes(digest[at : at + _WORD], "little") for at in (0, 8))
        return cls((low, high))

    def names(self, words: Words) -> Words:
        """One number per row of an array of shape (rows, words)."""
        return siphash(words, self.key)

    def name(self, text: str, count: int) -> int:
        """The number of one text; `count` as in `words_of`."""
        return _name(text, count, self.key)

    def __repr__(self) -> str:
        return "Namer(•••)"


@lru_cache(maxsize=1 << 16)
def _name(text: str, count: int, key: tuple[int, int]) -> int:
    """Contracts are often numbered alike from company to company."""
    return int(siphash(words_of(text, count)[np.newaxis], key)[0])


def words_of(text: str, count: int) -> Words:
    """A text in so many words, zeros after it; its digest when it is longer."""
    content = text.encode("iso-8859-1", "backslashreplace")
    size = count * _WORD
    if len(content) > size:
        content = hashlib.blake2b(content, digest_size=size).digest()
    return np.frombuffer(content.ljust(size, b"\0"), "<u8")


def text_of(words: Words) -> str:
    """The text that some words hold."""
    return words.tobytes().rstrip(b"\0").decode("iso-8859-1")


def siphash(words: Words, key: tuple[int, int]) -> Words:
    """SipHash-2-4 of each row, as a message of 8 bytes per word.

    By the loop compiled beside, else by numpy: the same numbers.
    """
    loop = _loop()
    if loop is None:
        return _by_columns(words, key)
    words = np.ascontiguousarray(words, np.uint64)
    found = np.empty(len(words), np.uint64)
    loop(words.ctypes.data, *words.shape, *key, found.ctypes.data)
    return found


def _loop() -> Callable[..., None] | None:
    """None without the scanner's own compiled loops, or where it is absent."""
    return None if kernel() is None else _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Callable[..., None] | None:
    try:
        found = ctypes.CDLL(str(LIBRARY)).miroir_siphash
    except OSError:
        return None
    number, pointer = ctypes.c_uint64, ctypes.c_void_p
    found.restype = None
    found.argtypes = [pointer, number, number, number, number, pointer]
    loop: Callable[..., None] = found
    return loop


def _by_columns(words: Words, key: tuple[int, int]) -> Words:
    low, high = (np.uint64(half) for half in key)
    state = [
        np.full(len(words), np.uint64(initial) ^ half, np.uint64)
        for initial, half in zip(_INITIAL, (low, high, low, high), strict=True)
    ]
    last = np.full(len(words), words.shape[1] * _WORD << 56, np.uint64)
    for word in (*words.T, last):
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= np.uint64(0xFF)
    _rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _rounds(v: list[Words], count: int) -> None:
    for _ in range(count):
        v[0] += v[1]
        v[1] = _turned(v[1], 13) ^ v[0]
        v[0] = _turned(v[0], 32)
        v[2] += v[3]
        v[3] = _turned(v[3], 16) ^ v[2]
        v[0] += v[3]
        v[3] = _turned(v[3], 21) ^ v[0]
        v[2] += v[1]
        v[1] = _turned(v[1], 17) ^ v[2]
        v[2] = _turned(v[2], 32)


def _turned(word: Words, bits: int) -> Words:
    return (word << np.uint64(bits)) | (word >> np.uint64(64 - bits))
