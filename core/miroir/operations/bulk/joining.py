"""Rows of the month beside what the month before left of the same people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from miroir.recomputation.bulk.rows import Ints, Mask, Words
from miroir.store.bulk.order import NIC
from miroir.store.bulk.records import Records, chosen

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """For each row: how many records bear its key, and the only one, or -1."""

    count: Ints
    only: Ints


def key_of(number: Ints, person: Words) -> Words:
    """A number for a person of an establishment or of a company; two of them
    may have the same one."""
    return person ^ (number.astype(np.uint64) * _MIX)


def matches(siret: Ints, person: Words, records: Records) -> Matches:
    """The records of the same establishment and person."""
    keys = key_of(records["siret"], records["person"])
    order = np.argsort(keys, kind="stable")
    ordered, wanted = keys[order], key_of(siret, person)
    first = np.searchsorted(ordered, wanted, "left")
    count = np.searchsorted(ordered, wanted, "right") - first
    only = np.full(len(wanted), -1)
    alone = count == 1
    only[alone] = order[first[alone]]
    found = chosen(records, np.maximum(only, 0)) if len(records) else records
    if len(records):
        # Two people of one key: nobody is taken for another.
        same = (found["siret"] == siret) & (found["person"] == person)
        count[alone & ~same] = 0
        only[alone & ~same] = -1
    return Matches(count, only)


def unsettled(siret: Ints, person: Words, *known: Records) -> Mask:
    """People of whom something had to be read in full in the same company."""
    marked = [
        key_of(each["siret"] // NIC, each["person"])[~each["sure"]] for each in known
    ]
    return np.isin(key_of(siret // NIC, person), np.concatenate(marked))


def groups_of(place: Words, name: Words) -> Ints:
    """The rank of the person of each sorted row."""
    changes = (place[1:] != place[:-1]) | (name[1:] != name[:-1])
    return np.append(0, np.cumsum(changes))[: len(place)]


def any_in_group(groups: Ints, mask: Mask) -> NDArray[np.bool_]:
    """Rows of a group that has one such row."""
    if not len(groups):
        return mask
    return np.bincount(groups, weights=mask, minlength=int(groups[-1]) + 1)[groups] > 0
