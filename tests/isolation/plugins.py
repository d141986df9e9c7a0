"""A diagnostic, a source and a destination that do as they are told.

Light to import, as a plugin is: a new process begins by that.
"""

from __future__ import annotations

import decimal
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miroir.types.action import HandOver, HandOverDesk
from miroir.types.delivery import DeliveryClass, Intent, Promise, Receipt
from miroir.types.diagnosis import (
    Cause,
    CompanyView,
    Finding,
    Responsible,
    Scope,
    Status,
)
from miroir.types.source import CollectRequest, DsnSource, ReceivedFile

from tests.isolation.misdeeds import GARBAGE, MISDEEDS

WELL = ""
SEEN, SEEN_TOO = (
    Cause(
        id=id,
        label="Vu",
        explanation="L’entreprise a été vue.",
        responsible=Responsible.GPS,
        would_refute="Rien.",
        remedy="Aucun.",
    )
    for id in ("VU", "VU_AUSSI")
)


def surroundings() -> str:
    """What the process of a plugin that does well is like."""
    return "|".join(
        (
            os.getcwd(),  # noqa: PTH109
            os.environ.get("MISDEED", ""),
            os.environ.get("PATH", ""),
            str(decimal.getcontext().prec),
            str(sys.getrecursionlimit()),
            str(sum((1, 2, 3))),
        )
    )


def examine(misdeed: str, company: CompanyView) -> Sequence[Finding]:
    given = MISDEEDS[misdeed]() if misdeed else None
    if misdeed in GARBAGE:
        return given  # type: ignore[return-value]
    return [
        Finding(
            cause=(SEEN_TOO if misdeed else SEEN).id,
            scope=Scope.COMPANY,
            status=Status.HYPOTHESIS,
            periods=tuple(sorted({line.period for line in company.mirror})),
            detail=surroundings(),
        )
    ]


@dataclass(frozen=True, kw_only=True)
class Depot(DsnSource):
    """Gives two files; does its misdeed before the second."""

    misdeed: str = WELL

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        yield ReceivedFile.of("1.dsn", b"1" * 100_000)
        given = MISDEEDS[self.misdeed]() if self.misdeed else None
        if self.misdeed in GARBAGE:
            yield given  # type: ignore[misc]
        yield ReceivedFile.of("2.dsn", surroundings().encode())


@dataclass(frozen=True, kw_only=True)
class Tray(HandOverDesk):
    misdeed: str = WELL
    promise = Promise(delivery=DeliveryClass.KEYED)

    def send(self, action: HandOver, intent: Intent) -> Receipt:
        given = MISDEEDS[self.misdeed]() if self.misdeed else None
        if self.misdeed in GARBAGE:
            return given  # type: ignore[return-value]
        return Receipt(id=intent.key, facts={"in": surroundings()})
