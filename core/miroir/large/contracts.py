"""The contract behind a line told by columns: what is asked of everybody is
known, the rest is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from miroir.large.months import Told
from miroir.large.shape import ABSENT
from miroir.recomputation.bulk.rows import NO_END
from miroir.types.declaration import Block, Contract

Whole = Callable[[], Contract]
_EPOCH = date(1970, 1, 1).toordinal()
_CODES = ("status", "job", "nature", "scheme", "idcc")


class WaitingContract(Contract):
    """Its number, dates and codes are known; the others are read when asked for."""

    __slots__ = ("_whole",)
    _whole: Whole

    def __new__(cls, **values: object) -> Contract:  # type: ignore[misc]
        return Contract(**values)  # type: ignore[arg-type]

    @property
    def conventional_status(self) -> str | None:
        return self._whole().conventional_status

    @property
    def quota_unit(self) -> str | None:
        return self._whole().quota_unit

    @property
    def quota(self) -> Decimal | None:
        return self._whole().quota

    @property
    def reference_quota(self) -> Decimal | None:
        return self._whole().reference_quota

    @property
    def modality(self) -> str | None:
        return self._whole().modality

    @property
    def full_time_contribution(self) -> str | None:
        return self._whole().full_time_contribution

    @property
    def several_employers(self) -> str | None:
        return self._whole().several_employers

    @property
    def pension_schemes(self) -> tuple[str, ...]:
        return self._whole().pension_schemes

    @property
    def block(self) -> Block:
        return self._whole().block


def day_of(number: int) -> date:
    """Of a number of days since 1970-01-01."""
    return date.fromordinal(_EPOCH + number)


def contract_of(told: Told, row: int, number: str, whole: Whole) -> Contract:
    """The contract of a row; it has no change, or the row would not be told."""
    rows = told.rows
    text = rows.declarations[int(rows.place[row])].waiting.source.text
    end = int(rows.facts.end[row])
    known: dict[str, object] = {
        "number": number,
        "start": day_of(int(rows.facts.start[row])),
        "end": None if end == NO_END else day_of(end),
        "changes": (),
    }
    for name in _CODES:
        word = getattr(rows.shapes, name)[row]
        code = word.tobytes().rstrip(b"\0")
        known[name] = None if word == ABSENT else text(code)
    self = object.__new__(WaitingContract)
    for name, value in {**known, "_whole": whole}.items():
        object.__setattr__(self, name, value)
    return self
