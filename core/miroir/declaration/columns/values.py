"""Values of many lines at once: eight bytes of text are one 64-bit word.

Every function takes the arena, or its words at any byte, the place of the first
byte of each value and its length; it gives the values, and a mask that is
False where the text is not plainly of the kind (the full reader then decides).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

import numpy as np

from miroir.declaration.columns.arena import Arena
from miroir.declaration.columns.tables import Ints, Kind, Mask, Words

TEXT_BYTES = 24
LONGEST_AMOUNT = 13
"""Digits before the decimals; more are for the full reader."""
FIRST_YEAR, LAST_YEAR = 1850, 2199
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)
_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_AMOUNT = _ZEROS ^ np.uint64((0x30 ^ ord(".")) << 40)
"""«00000.00», taken off an amount, leaves its digits and nothing at the point."""
_POINT_BYTE = np.uint64(0xFF << 40)
_MINUS = ord("-")
_BEFORE_AMOUNT = _MASKS[np.maximum(8 - np.arange(9), 0)]
"""By length without the sign: what stands before in the last eight bytes."""


def read(kind: Kind, arena: Arena, at: Ints, length: Ints) -> tuple[Ints | Words, Mask]:
    """Values and soundness of the lines of one kind."""
    words = arena.words
    if kind is Kind.CENTS:
        return cents(arena, at, length)
    if kind is Kind.DAY:
        return days(words, at, length)
    if kind is Kind.QUANTITY:
        return quantities(arena, at, length)
    if kind is Kind.COUNT:
        return digits(words, at, length)
    if kind is Kind.CODE:
        return words[at] & _MASKS.take(length, mode="clip"), length <= 8
    return texts(words, at, length)


def texts(words: Words, at: Ints, length: Ints) -> tuple[Words, Mask]:
    """Up to 24 bytes in three words."""
    found = np.empty((len(at), TEXT_BYTES // 8), np.uint64)
    for rank in range(TEXT_BYTES // 8):
        left = _MASKS.take(length - 8 * rank, mode="clip")
        found[:, rank] = words[at + 8 * rank] & left
    return found, length <= TEXT_BYTES


def cents(arena: Arena, at: Ints, length: Ints) -> tuple[Ints, Mask]:
    """«-1234.56»: exactly two decimals, as `amounts.parse_cents`."""
    words = arena.words
    negative = arena.bytes[at] == _MINUS
    own = length - negative
    mask = _BEFORE_AMOUNT.take(own, mode="clip")
    end = at + length
    tail = ((words[end - 8] & ~mask) | (_ZEROS & mask)) ^ _AMOUNT
    sound = _digits(tail) & ((tail & _POINT_BYTE) == 0)
    number = _number(tail)
    whole = number // 1000
    found = number - whole * 900
    sound &= (own - 4).view(np.uint64) < LONGEST_AMOUNT
    large = np.flatnonzero(own > 8)
    if len(large):
        head = _filled(words[end[large] - 16], 16 - own[large]) ^ _ZEROS
        sound[large] &= _digits(head)
        found[large] += _number(head) * 10_000_000
    if negative.any():
        np.negative(found, out=found, where=negative)
    return found, sound


def digits(words: Words, at: Ints, length: Ints) -> tuple[Ints, Mask]:
    """A whole number of one to sixteen digits, without sign."""
    end = at + length
    tail = _filled(words[end - 8], 8 - length) ^ _ZEROS
    sound = _digits(tail) & (length >= 1) & (length <= 16)
    found = _number(tail)
    large = np.flatnonzero(length > 8)
    if len(large):
        head = _filled(words[end[large] - 16], 16 - length[large]) ^ _ZEROS
        sound[large] &= _digits(head)
        found[large] += _number(head) * 100_000_000
    return found, sound


def days(words: Words, at: Ints, length: Ints) -> tuple[Ints, Mask]:
    """JJMMAAAA as days since 1970-01-01."""
    text = words[at] ^ _ZEROS
    sound = (length == 8) & _digits(text)
    pairs = (text * np.uint64(10) + (text >> np.uint64(8))).view(np.int64)
    day, month = pairs & 0xFF, (pairs >> 16) & 0xFF
    year = ((pairs >> 32) & 0xFF) * 100 + ((pairs >> 48) & 0xFF)
    rank = (year - FIRST_YEAR) * 12 + month - 1
    first, length_of_month = months()
    sound &= (month - 1).view(np.uint64) < 12
    sound &= rank.view(np.uint64) < len(first)
    sound &= (day - 1).view(np.uint64) < length_of_month.take(rank, mode="clip")
    return first.take(rank, mode="clip") + day - 1, sound


def quantities(arena: Arena, at: Ints, length: Ints) -> tuple[Ints, Mask]:
    """Ten-thousandths. Two decimals and whole numbers at once; the rest, which
    is rare, value by value."""
    words = arena.words
    found, sound = cents(arena, at, length)
    found *= 100
    left = np.flatnonzero(~sound)
    if len(left):
        found[left], sound[left] = digits(words, at[left], length[left])
        found[left] *= 10_000
        left = left[~sound[left]]
    if len(left):
        text, short = texts(words, at[left], length[left])
        kinds, which = np.unique(text, axis=0, return_inverse=True)
        pairs = [_quantity(each) for each in kinds]
        values = np.array([value for value, _ in pairs], np.int64)
        fine = np.array([sure for _, sure in pairs], bool)
        which = which.reshape(-1)
        found[left], sound[left] = values[which], fine[which] & short
    return found, sound


def _quantity(text: Words) -> tuple[int, bool]:
    try:
        written = text.astype("<u8").tobytes().rstrip(b"\0").decode("ascii")
        value = Decimal(written) * 10_000
    except (InvalidOperation, UnicodeDecodeError):
        return 0, False
    plain = set(written) <= set("-0123456789.") and written[-1:].isdigit()
    whole = value == value.to_integral_value() and abs(value) < 10**12
    lead = written.removeprefix("-")[:1].isdigit()
    return (int(value), True) if plain and lead and whole else (0, False)


def _filled(word: Words, junk: Ints) -> Words:
    """The word with its first `junk` bytes, which stand before the value,
    replaced by zeros."""
    mask = _MASKS.take(junk, mode="clip")
    return (word & ~mask) | (_ZEROS & mask)


def _digits(word: Words) -> Mask:
    """Whether the eight bytes, zeros taken off, are all 0 to 9."""
    sound: Mask = ((word | (word + _SIXES)) & _HIGH) == 0
    return sound


def _number(word: Words) -> Ints:
    """Eight digits, the first in the lowest byte, as a number."""
    word = (word * np.uint64(10) + (word >> np.uint64(8))) & np.uint64(
        0x00FF00FF00FF00FF
    )
    word = (word * np.uint64(100) + (word >> np.uint64(16))) & np.uint64(
        0x0000FFFF0000FFFF
    )
    word = (word * np.uint64(10_000) + (word >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return word.astype(np.int64)


@lru_cache(maxsize=1)
def months() -> tuple[Ints, Words]:
    """First day and length of every month that may be written."""
    start = (FIRST_YEAR - 1970) * 12
    span = np.arange(start, start + (LAST_YEAR - FIRST_YEAR + 1) * 12 + 1)
    first = span.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first[:-1], np.diff(first).astype(np.uint64)
