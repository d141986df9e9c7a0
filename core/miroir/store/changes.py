"""What changed between two results of a company, said to an adviser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from miroir.store.runs import GapKey, StoredRun
from miroir.types.amounts import Cents, format_euros
from miroir.types.period import Month

_Key = TypeVar("_Key")


class ChangeKind(StrEnum):
    GAP_APPEARED = "gap_appeared"
    GAP_CLOSED = "gap_closed"
    GAP_CHANGED = "gap_changed"
    PAYMENT_APPEARED = "payment_appeared"
    PAYMENT_CLOSED = "payment_closed"
    PAYMENT_CHANGED = "payment_changed"
    CAUSE_APPEARED = "cause_appeared"
    CAUSE_GONE = "cause_gone"
    CAUSE_RANK_CHANGED = "cause_rank_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `label` is one line in French, for an adviser.

    `before` and `after` are cents, or ranks when `cause` is set; None where
    there was nothing.
    """

    kind: ChangeKind
    label: str
    siret: str = ""
    employee: str = ""
    contract: str = ""
    institution: str = ""
    period: Month | None = None
    cause: str = ""
    before: int | None = None
    after: int | None = None


def compare(previous: StoredRun | None, new: StoredRun) -> tuple[Change, ...]:
    """Gaps, then payments, then causes; None: nothing was known before."""
    return (
        *_gaps(previous, new),
        *_payments(previous, new),
        *_causes(previous, new),
    )


def _gaps(previous: StoredRun | None, new: StoredRun) -> Iterator[Change]:
    old = {} if previous is None else _gap_amounts(previous)
    for key, before, after in _differences(old, _gap_amounts(new)):
        kind, verb = _GAP_KINDS[_how(before, after)]
        who = f"{key.period}, salarié {key.employee}"
        yield Change(
            kind=kind,
            label=f"{verb}\u00a0: {who}, {_amounts(before, after)}",
            siret=key.siret,
            employee=key.employee,
            contract=key.contract,
            period=key.period,
            before=before,
            after=after,
        )


def _payments(previous: StoredRun | None, new: StoredRun) -> Iterator[Change]:
    old = {} if previous is None else _payment_amounts(previous)
    for key, before, after in _differences(old, _payment_amounts(new)):
        kind, verb = _PAYMENT_KINDS[_how(before, after)]
        siret, institution, period = key
        what = f"{period}, institution {institution}"
        yield Change(
            kind=kind,
            label=f"{verb}\u00a0: {what}, {_amounts(before, after)}",
            siret=siret,
            institution=institution,
            period=period,
            before=before,
            after=after,
        )


def _causes(previous: StoredRun | None, new: StoredRun) -> Iterator[Change]:
    labels = {} if previous is None else _labels(previous)
    labels |= _labels(new)
    old = {} if previous is None else _ranks(previous)
    for cause, before, after in _differences(old, _ranks(new)):
        kind, verb = _CAUSE_KINDS[_how(before, after)]
        ranks = " → ".join(str(rank) for rank in (before, after) if rank is not None)
        yield Change(
            kind=kind,
            label=f"{verb}\u00a0: {labels[cause]}, rang {ranks}",
            cause=cause,
            before=before,
            after=after,
        )


_GAP_KINDS = {
    "new": (ChangeKind.GAP_APPEARED, "Écart apparu"),
    "gone": (ChangeKind.GAP_CLOSED, "Écart disparu"),
    "other": (ChangeKind.GAP_CHANGED, "Écart modifié"),
}
_PAYMENT_KINDS = {
    "new": (ChangeKind.PAYMENT_APPEARED, "Écart de versement apparu"),
    "gone": (ChangeKind.PAYMENT_CLOSED, "Écart de versement disparu"),
    "other": (ChangeKind.PAYMENT_CHANGED, "Écart de versement modifié"),
}
_CAUSE_KINDS = {
    "new": (ChangeKind.CAUSE_APPEARED, "Cause apparue"),
    "gone": (ChangeKind.CAUSE_GONE, "Cause disparue"),
    "other": (ChangeKind.CAUSE_RANK_CHANGED, "Cause de rang modifié"),
}


def _how(before: int | None, after: int | None) -> str:
    if before is None:
        return "new"
    return "gone" if after is None else "other"


def _differences(
    old: Mapping[_Key, int], new: Mapping[_Key, int]
) -> Iterator[tuple[_Key, int | None, int | None]]:
    """Keys whose value differs, those of `new` first, in their order."""
    for key in (*new, *(key for key in old if key not in new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _gap_amounts(run: StoredRun) -> dict[GapKey, Cents]:
    return {key: gap.amount for key, gap in run.gaps.items()}


def _payment_amounts(run: StoredRun) -> dict[tuple[str, str, Month], Cents]:
    """By SIRET, institution and month; an accepted difference is no gap."""
    amounts: dict[tuple[str, str, Month], Cents] = {}
    for item in run.payments:
        if not item.accepted:
            key = (item.siret, item.institution, item.period)
            amounts[key] = amounts.get(key, 0) + item.amount
    return {key: amount for key, amount in amounts.items() if amount}


def _ranks(run: StoredRun) -> dict[str, int]:
    """The best rank of each cause."""
    ranks: dict[str, int] = {}
    for item in run.diagnoses:
        ranks[item.cause] = min(item.rank, ranks.get(item.cause, item.rank))
    return ranks


def _labels(run: StoredRun) -> dict[str, str]:
    return {item.cause: item.label for item in run.diagnoses}


def _amounts(before: Cents | None, after: Cents | None) -> str:
    known = (_euros(cents) for cents in (before, after) if cents is not None)
    return " → ".join(known)


def _euros(cents: Cents) -> str:
    return format_euros(cents).replace("-", "−")
