"""Who was declared earlier in the year and not this month."""

from __future__ import annotations

import numpy as np

from miroir.operations.bulk.joining import matches
from miroir.store.bulk.order import place_of
from miroir.store.bulk.records import KNOWN, Records, chosen, joined


def known_after(lines: Records, others: Records, where: Records) -> Records:
    """`lines`, `others`: what the month before left; `where`: this month."""
    known = joined([_of(lines), _of(others)])
    place = place_of(known["siret"], known["person"])
    known = chosen(known, np.lexsort((known["siret"], known["person"], place)))
    known = _once(known)
    still = matches(known["siret"], known["person"], where).count > 0
    return chosen(known, ~still)


def _of(records: Records) -> Records:
    known = np.zeros(len(records), KNOWN)
    for name in KNOWN.names or ():
        known[name] = records[name]
    return known


def _once(known: Records) -> Records:
    """Each person of an establishment once, sure when every record is."""
    if not len(known):
        return known
    who = known[["siret", "person"]]
    first = np.flatnonzero(np.append(True, who[1:] != who[:-1]))
    kept = known[first].copy()
    kept["sure"] = np.logical_and.reduceat(known["sure"], first)
    return kept
