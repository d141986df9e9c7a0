"""Adhesion conditions from the export of Horizon's management tool.

Lines of fixed width in Windows-1252: one ENT, then CND lines, then one FIN
whose count proves that the export is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from miroir import (
    AdhesionCondition,
    AdhesionReading,
    AdhesionSource,
    CollectRequest,
    Headcount,
    ReceivedFile,
    Refusal,
    RowsRefused,
    SourceError,
    SourceUnavailable,
)

WIDTH = 93
_LAYOUT = {  # first and last character, as the tool's manual counts them
    "siren": (4, 12),
    "siret": (13, 26),
    "category": (27, 28),
    "valid_from": (29, 36),
    "valid_until": (37, 44),
    "rate_t1": (45, 49),
    "rate_t2": (50, 54),
    "employer_share": (55, 59),
    "idcc": (60, 63),
    "institution": (64, 77),
    "periodicity": (78, 78),
    "headcount": (79, 79),
    "label": (80, 93),
}
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_FOREVER = "99991231"
_CATEGORIES = {"CA": "01", "EX": "02", "NC": "04"}
_HEADCOUNTS = {"1": Headcount.UNDER_50, "2": Headcount.FROM_50, " ": None}


@dataclass(frozen=True, kw_only=True)
class HorizonAdhesions(AdhesionSource):
    """One export file."""

    path: Path

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """Give the export."""
        if not self.path.is_file():
            raise SourceError(f"{self.path}: no such export. Correct the key `path`.")
        try:
            yield ReceivedFile.from_path(self.path)
        except OSError as error:
            raise SourceUnavailable(f"{self.path}: {error.strerror}.") from error

    def read(self, file: ReceivedFile) -> AdhesionReading:
        """Take the CND lines; RowsRefused when the export is not whole."""
        lines = file.content.decode("cp1252", errors="replace").splitlines()
        _refuse_unless_whole(file.name, lines)
        conditions: list[AdhesionCondition] = []
        refusals: list[Refusal] = []
        for number, text in enumerate(lines[1:-1], start=2):
            try:
                condition = _condition(text)
            except (ValueError, KeyError) as error:
                refusals.append(_refusal(file.name, number, error))
            else:
                conditions.append(replace(condition, file=file.name, line=number))
        return AdhesionReading(conditions=tuple(conditions), refusals=tuple(refusals))


def _refuse_unless_whole(name: str, lines: list[str]) -> None:
    if len(lines) < 2 or not lines[0].startswith("ENT"):
        raise RowsRefused(f"{name}:1: not an export of adhesions: no ENT line.")
    count = lines[-1].removeprefix("FIN").strip()
    if not lines[-1].startswith("FIN") or not _DIGITS.fullmatch(count):
        raise RowsRefused(
            f"{name}:{len(lines)}: no FIN line: the export was cut. Export it again."
        )
    if int(count) != len(lines) - 2:
        raise RowsRefused(
            f"{name}:{len(lines)}: FIN announces {int(count)} lines, there are "
            f"{len(lines) - 2}. Export it again."
        )


def _condition(text: str) -> AdhesionCondition:
    if not text.startswith("CND") or len(text) != WIDTH:
        raise ValueError(f"not a CND line of {WIDTH} characters")
    cell = {name: text[first - 1 : last] for name, (first, last) in _LAYOUT.items()}
    until = cell["valid_until"]
    condition = AdhesionCondition(
        siren=_digits(cell["siren"]),
        siret=_digits(cell["siret"]),
        category=_CATEGORIES[cell["category"]],
        valid_from=_day(cell["valid_from"]),
        valid_until=None if until == _FOREVER else _day(until),
        rate_t1=_percents(cell["rate_t1"]),
        rate_t2=_percents(cell["rate_t2"]),
        employer_share=_percents(cell["employer_share"]),
        idcc=_digits(cell["idcc"]),
        institution=_digits(cell["institution"]),
        periodicity=cell["periodicity"],
        headcount=_HEADCOUNTS[cell["headcount"]],
    )
    if not condition.siret.startswith(condition.siren):
        raise ValueError("the SIRET does not begin with the SIREN")
    if condition.periodicity not in ("M", "T"):
        raise ValueError(f"periodicity «{condition.periodicity}»")
    return condition


def _digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"«{text}» is not digits")
    return text


def _day(text: str) -> date:
    return date(int(_digits(text[:4])), int(_digits(text[4:6])), int(_digits(text[6:])))


def _percents(text: str) -> Decimal:
    """«00787» is 7.87 %."""
    rate = Decimal(_digits(text)) / 100
    if not 0 < rate <= 100:
        raise ValueError(f"rate {rate}")
    return rate


def _refusal(file: str, line: int, error: Exception) -> Refusal:
    return Refusal(
        file=file,
        line=line,
        code="HORIZON_CND",
        reason=str(error),
        remedy="Correct the adhesion in the management tool, then export again.",
    )
